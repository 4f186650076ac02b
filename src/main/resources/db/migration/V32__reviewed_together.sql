lock table orders, review in access exclusive mode;
alter table review drop constraint review_order_no_fkey;
