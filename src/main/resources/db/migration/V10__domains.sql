-- Whoever writes a row has every check of its table parsed and planned for that one statement; what a domain asks is kept by the
-- connection, and asked only of values that are new. An order is written again with each move, and its figures never change.
create domain order_status as text;
create domain cancel_reason as text;
create domain currency_code as text;
create domain minor_units as bigint;
create domain message_outcome as text;
create domain reservation_state as text;

-- In this order, checks last, no table is written anew: the rows are only read.
alter table orders
    drop constraint orders_status_check, drop constraint orders_cancel_reason_check, drop constraint orders_currency_check,
    drop constraint orders_shipping_check, drop constraint orders_tax_check, drop constraint orders_discount_check,
    drop constraint orders_total_check,
    alter column status type order_status, alter column cancel_reason type cancel_reason,
    alter column currency type currency_code,
    alter column shipping type minor_units, alter column tax type minor_units, alter column discount type minor_units,
    alter column total type minor_units;
alter table payment drop constraint payment_currency_check, alter column currency type currency_code;
alter table inbox drop constraint inbox_outcome_check, alter column outcome type message_outcome;
alter table reservation drop constraint reservation_state_check, alter column state type reservation_state;

alter domain order_status add check (value in ('PENDING_PAYMENT', 'PAID', 'AWAITING_SHIPMENT', 'SHIPPED', 'AWAITING_RECEIPT',
    'RECEIVED', 'COMPLETED', 'CANCELLED'));
alter domain cancel_reason add check (value in ('OUT_OF_STOCK', 'PAYMENT_OVERDUE', 'CUSTOMER', 'OPERATOR'));
alter domain currency_code add check (value ~ '^[A-Z]{3}$');
alter domain minor_units add check (value >= 0);
alter domain message_outcome add check (value in ('APPLIED', 'PARKED', 'REFUSED'));
alter domain reservation_state add check (value in ('ACTIVE', 'RELEASED', 'DEDUCTED'));
