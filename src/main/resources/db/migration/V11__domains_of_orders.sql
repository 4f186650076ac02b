alter table orders
    drop constraint orders_status_check, drop constraint orders_cancel_reason_check, drop constraint orders_currency_check,
    drop constraint orders_shipping_check, drop constraint orders_tax_check, drop constraint orders_discount_check,
    drop constraint orders_total_check, drop constraint orders_events_removed_check,
    alter column status type order_status, alter column cancel_reason type cancel_reason,
    alter column currency type currency_code,
    alter column shipping type minor_units, alter column tax type minor_units, alter column discount type minor_units,
    alter column total type minor_units, alter column events_removed type natural_number;
