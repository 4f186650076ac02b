alter table order_event drop constraint order_event_sequence_check, alter column sequence type positive_number;
