-- Of values that are new; what is there was held to the same by the checks that are gone.
alter domain order_status add check (value in ('PENDING_PAYMENT', 'PAID', 'AWAITING_SHIPMENT', 'SHIPPED', 'AWAITING_RECEIPT',
    'RECEIVED', 'COMPLETED', 'CANCELLED')) not valid;
alter domain cancel_reason add check (value in ('OUT_OF_STOCK', 'PAYMENT_OVERDUE', 'CUSTOMER', 'OPERATOR')) not valid;
alter domain currency_code add check (value ~ '^[A-Z]{3}$') not valid;
alter domain minor_units add check (value >= 0) not valid;
alter domain message_outcome add check (value in ('APPLIED', 'PARKED', 'REFUSED')) not valid;
alter domain reservation_state add check (value in ('ACTIVE', 'RELEASED', 'DEDUCTED')) not valid;
alter domain natural_number add check (value >= 0) not valid;
alter domain positive_number add check (value > 0) not valid;

-- What was known of columns is forgotten when their type changes.
analyze orders, order_line, order_event, payment, stock, reservation, inbox;
