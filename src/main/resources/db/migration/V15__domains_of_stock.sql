alter table stock
    drop constraint stock_on_hand_check, drop constraint stock_reserved_check,
    alter column on_hand type natural_number, alter column reserved type natural_number;
