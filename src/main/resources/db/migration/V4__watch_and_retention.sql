-- What operators see at a glance, and what is removed when it is old.

-- The trace of the work that recorded the event, to go out with it.
alter table order_event add column traceparent text;

-- A finished order's timeline may lose its beginning: 1 to events_removed are gone, the rest follows without gaps.
alter table orders add column events_removed bigint not null default 0 check (events_removed >= 0);
-- When the personal data of the order was erased.
alter table orders add column erased_at timestamptz;

create index orders_with_events on orders (coalesce(completed_at, cancelled_at))
    where status in ('COMPLETED', 'CANCELLED') and events_removed = 0;
create index orders_with_contact on orders (coalesce(completed_at, cancelled_at))
    where status in ('COMPLETED', 'CANCELLED') and erased_at is null;

-- An order placed without a number is known again by its message alone, so that row stays for ever.
create index inbox_by_age on inbox (received_at)
    where body is null and not (type = 'PlaceOrder' and subject is null);

-- Dead letters are resolved when they were taken in after all, or when somebody looked at them and put them away.
alter table dead_letter add column resolved_at timestamptz;
update dead_letter set resolved_at = retried_at where retry_result ~ '^(APPLIED|DUPLICATE|PARKED|REFUSED)';
create index dead_letter_open on dead_letter (received_at) where resolved_at is null;
create index dead_letter_resolved on dead_letter (resolved_at) where resolved_at is not null;
