-- A group has its right on tasks by their kind, under the kind's name; the engine's row for each task and group says it again.
delete from act_ru_authorization a using act_ru_task t
where a.resource_type_ = 7 and a.resource_id_ = t.id_ and a.user_id_ is null
  and (t.task_def_key_, a.group_id_) in (('UserTask_ShipOrder', 'warehouse'), ('UserTask_ReviewOrder', 'service'),
      ('UserTask_ConfirmReceipt', 'service'), ('UserTask_AssignOrRefund', 'finance'), ('UserTask_RefundByHand', 'finance'));
drop statistics orderflow_authorization_read;

-- Pages of orders by sku, newest first: the time stands with the line, as finding the newest among all orders with a sku
-- would mean to read each of those orders.
alter table order_line add column placed_at timestamptz;
update order_line l set placed_at = o.placed_at from orders o where o.order_no = l.order_no;
alter table order_line alter column placed_at set not null;
drop index order_line_by_sku;
create index order_line_by_sku on order_line (sku, placed_at desc, order_no desc);
