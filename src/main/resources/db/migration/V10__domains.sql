-- Whoever writes a row has every check of its table parsed and planned for that one statement; what a domain asks is kept by the
-- connection, and asked only of values that are new. An order is written again with each move, and its figures never change.
create domain order_status as text;
create domain cancel_reason as text;
create domain currency_code as text;
create domain minor_units as bigint;
create domain message_outcome as text;
create domain reservation_state as text;
create domain natural_number as bigint;
create domain positive_number as bigint;

-- In this order, checks last, no table is written anew: the rows are only read.
alter table orders
    drop constraint orders_status_check, drop constraint orders_cancel_reason_check, drop constraint orders_currency_check,
    drop constraint orders_shipping_check, drop constraint orders_tax_check, drop constraint orders_discount_check,
    drop constraint orders_total_check, drop constraint orders_events_removed_check,
    alter column status type order_status, alter column cancel_reason type cancel_reason,
    alter column currency type currency_code,
    alter column shipping type minor_units, alter column tax type minor_units, alter column discount type minor_units,
    alter column total type minor_units, alter column events_removed type natural_number;
alter table order_line drop constraint order_line_unit_price_check, alter column unit_price type minor_units;
alter table order_event drop constraint order_event_sequence_check, alter column sequence type positive_number;
alter table payment
    drop constraint payment_currency_check, drop constraint payment_amount_check,
    alter column currency type currency_code, alter column amount type positive_number;
alter table stock
    drop constraint stock_on_hand_check, drop constraint stock_reserved_check,
    alter column on_hand type natural_number, alter column reserved type natural_number;
alter table reservation
    drop constraint reservation_state_check, drop constraint reservation_quantity_check,
    alter column state type reservation_state, alter column quantity type positive_number;
alter table inbox
    drop constraint inbox_outcome_check, drop constraint inbox_check, drop constraint inbox_check1,
    alter column outcome type message_outcome,
    add constraint inbox_check check (
        (body is null) = (expires_at is null) and (body is null or outcome = 'PARKED'));

alter domain order_status add check (value in ('PENDING_PAYMENT', 'PAID', 'AWAITING_SHIPMENT', 'SHIPPED', 'AWAITING_RECEIPT',
    'RECEIVED', 'COMPLETED', 'CANCELLED'));
alter domain cancel_reason add check (value in ('OUT_OF_STOCK', 'PAYMENT_OVERDUE', 'CUSTOMER', 'OPERATOR'));
alter domain currency_code add check (value ~ '^[A-Z]{3}$');
alter domain minor_units add check (value >= 0);
alter domain message_outcome add check (value in ('APPLIED', 'PARKED', 'REFUSED'));
alter domain reservation_state add check (value in ('ACTIVE', 'RELEASED', 'DEDUCTED'));
alter domain natural_number add check (value >= 0);
alter domain positive_number add check (value > 0);
