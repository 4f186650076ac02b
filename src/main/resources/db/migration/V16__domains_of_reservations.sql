alter table reservation
    drop constraint reservation_state_check, drop constraint reservation_quantity_check,
    alter column state type reservation_state, alter column quantity type positive_number;
