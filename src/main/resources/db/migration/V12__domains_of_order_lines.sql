alter table order_line drop constraint order_line_unit_price_check, alter column unit_price type minor_units;
