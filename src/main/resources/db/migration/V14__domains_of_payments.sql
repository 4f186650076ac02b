alter table payment
    drop constraint payment_currency_check, drop constraint payment_amount_check,
    alter column currency type currency_code, alter column amount type positive_number;
