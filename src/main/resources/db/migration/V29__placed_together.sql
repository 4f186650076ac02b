-- A foreign key of what is written along with its order, or under the order's lock, asks what the transaction knows, and has every later
-- change of the order asked as well: a twelfth of what an order costs PostgreSQL. That nothing is left without its order is an invariant, and
-- no order goes that something refers to (V33, V34).
lock table orders, order_line, order_contact in access exclusive mode;
alter table order_line drop constraint order_line_order_no_fkey;
alter table order_contact drop constraint order_contact_order_no_fkey;
