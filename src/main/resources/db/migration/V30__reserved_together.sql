lock table orders, stock, reservation in access exclusive mode;
alter table reservation drop constraint reservation_order_no_fkey;
alter table reservation drop constraint reservation_sku_fkey;
