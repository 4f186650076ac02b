-- Events that the broker has not confirmed yet, in a narrow table of their own: to publish an event then deletes a few bytes,
-- where marking it wrote all of it, and its place in every index, a second time.
create table outbox (
    event_id bigint primary key
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0,
        autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 100000);

insert into outbox select id from order_event where published_at is null;

drop index order_event_unpublished;
alter table order_event drop column published_at;
