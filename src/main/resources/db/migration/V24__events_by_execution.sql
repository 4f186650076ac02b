-- Whoever looks for a message's receiver knows the order, and a model's start belongs to no execution: both are found by the other index.
drop index act_idx_event_subscr_evt_name;
