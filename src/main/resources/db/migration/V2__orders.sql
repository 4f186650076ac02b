-- The order, its lines, its people, its stock, its money, its parcel, its review, and the messages in and out.
-- Money is an integer in the currency's minor unit. Times are the clock of the engine, so that timers and timelines agree.

create table orders (
    order_no       text primary key,
    status         text        not null check (status in ('PENDING_PAYMENT', 'PAID', 'AWAITING_SHIPMENT', 'SHIPPED',
                                                          'AWAITING_RECEIPT', 'RECEIVED', 'COMPLETED', 'CANCELLED')),
    cancel_reason  text        check (cancel_reason in ('OUT_OF_STOCK', 'PAYMENT_OVERDUE', 'CUSTOMER', 'OPERATOR')),
    customer_id    text        not null,
    currency       text        not null check (currency ~ '^[A-Z]{3}$'),
    shipping       bigint      not null check (shipping >= 0),
    tax            bigint      not null check (tax >= 0),
    discount       bigint      not null check (discount >= 0),
    total          bigint      not null check (total >= 0),
    payment_method text        not null,
    has_parked     boolean     not null default false, -- messages wait in the inbox for a later status of this order
    placed_at      timestamptz not null,
    paid_at        timestamptz,
    released_at    timestamptz,
    shipped_at     timestamptz,
    delivered_at   timestamptz,
    received_at    timestamptz,
    reviewed_at    timestamptz,
    completed_at   timestamptz,
    cancelled_at   timestamptz,
    check ((status = 'CANCELLED') = (cancel_reason is not null))
) with (fillfactor = 70);

create index orders_by_time on orders (placed_at desc, order_no desc);
create index orders_by_status on orders (status, placed_at desc, order_no desc);
create index orders_by_customer on orders (customer_id, placed_at desc, order_no desc);

create table order_line (
    order_no   text     not null references orders,
    line       smallint not null,
    sku        text     not null,
    title      text     not null,
    quantity   integer  not null check (quantity > 0),
    unit_price bigint   not null check (unit_price >= 0),
    primary key (order_no, line)
);

create index order_line_by_sku on order_line (sku, order_no);

-- Personal data lives here and nowhere else.
create table order_contact (
    order_no    text primary key references orders,
    name        text not null,
    email       text,
    phone       text,
    ship_to     jsonb not null,
    cancel_note text -- what a person wrote when cancelling
);

create table stock (
    sku        text primary key,
    on_hand    bigint not null check (on_hand >= 0),
    reserved   bigint not null default 0 check (reserved >= 0),
    counted_at timestamptz not null
) with (fillfactor = 50);

create table reservation (
    order_no text   not null references orders,
    sku      text   not null references stock,
    quantity bigint not null check (quantity > 0),
    state    text   not null check (state in ('ACTIVE', 'RELEASED', 'DEDUCTED')),
    primary key (order_no, sku)
) with (fillfactor = 70);

create index reservation_active on reservation (sku, order_no) where state = 'ACTIVE';

-- The ledger: one row for every capture a provider ever told us of. order_no is what the payer named or finance assigned.
create table payment (
    payment_key bigint generated always as identity primary key,
    provider    text        not null,
    payment_id  text        not null,
    order_no    text        not null,
    effect      text        not null check (effect in ('UNASSIGNED', 'COVERS', 'PARTIAL', 'EXCESS')),
    method      text        not null,
    amount      bigint      not null check (amount > 0),
    currency    text        not null check (currency ~ '^[A-Z]{3}$'),
    refunded    bigint      not null default 0, -- requested or settled
    paid_at     timestamptz not null,
    recorded_at timestamptz not null,
    unique (provider, payment_id),
    check (refunded between 0 and amount)
) with (fillfactor = 80);

create index payment_by_order on payment (order_no);
create index payment_unassigned on payment (payment_key) where effect = 'UNASSIGNED' and refunded = 0;

create table refund (
    refund_id          text primary key,
    payment_key        bigint      not null references payment,
    order_no           text        not null,
    amount             bigint      not null check (amount > 0),
    currency           text        not null,
    reason             text        not null check (reason in ('ORDER_CANCELLED', 'ALREADY_PAID', 'WRONG_CURRENCY', 'OVERPAID',
                                                              'UNASSIGNED')),
    status             text        not null check (status in ('REQUESTED', 'ESCALATED', 'SETTLED')),
    failure            text,
    provider_reference text,
    note               text, -- what finance wrote when it refunded by hand
    requested_at       timestamptz not null,
    settled_at         timestamptz,
    check ((status = 'SETTLED') = (settled_at is not null))
);

create index refund_by_order on refund (order_no);
create index refund_by_payment on refund (payment_key);

create table shipment (
    order_no        text primary key references orders,
    carrier         text        not null,
    tracking_number text        not null,
    ship_from       text        not null,
    shipped_at      timestamptz not null,
    delivered_at    timestamptz
);

create table review (
    order_no    text primary key references orders,
    rating      smallint    not null check (rating between 1 and 5),
    comment     text,
    reviewed_at timestamptz not null
);

-- Timeline and outbox in one: append-only, published in the order of id, gapless per subject (an order number; of StockShort a sku).
create table order_event (
    id           bigint generated always as identity primary key,
    subject      text        not null,
    sequence     bigint      not null check (sequence > 0),
    type         text        not null,
    data         text        not null,
    actor        text        not null,
    happened_at  timestamptz not null,
    published_at timestamptz,
    unique (subject, sequence)
);

create index order_event_unpublished on order_event (id) where published_at is null;

-- Every message taken in, by the identity its sender gave it. The body is kept only while the message waits here; a payment that
-- is ahead of its order is parked too, but waits in the ledger and its process.
create table inbox (
    source      text        not null,
    message_id  text        not null,
    type        text        not null,
    subject     text,
    outcome     text        not null check (outcome in ('APPLIED', 'PARKED', 'REFUSED')),
    order_no    text,
    status      text,
    reason      text,
    body        text,
    actor       text        not null,
    received_at timestamptz not null,
    expires_at  timestamptz,
    primary key (source, message_id),
    check (body is null or outcome = 'PARKED'),
    check ((body is null) = (expires_at is null))
) with (fillfactor = 90);

create index inbox_parked on inbox (order_no, received_at) where body is not null;
create index inbox_parked_expiry on inbox (expires_at) where body is not null;

-- What could not be read, broke a rule or waited in vain: the original bytes, what is wrong, and whether it was tried again.
create table dead_letter (
    id           uuid primary key,
    body         bytea       not null,
    reason       text        not null,
    received_at  timestamptz not null,
    published_at timestamptz,
    retried_at   timestamptz,
    retry_result text
);

create index dead_letter_unpublished on dead_letter (received_at) where published_at is null;
