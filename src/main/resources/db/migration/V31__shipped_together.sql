lock table orders, shipment in access exclusive mode;
alter table shipment drop constraint shipment_order_no_fkey;
