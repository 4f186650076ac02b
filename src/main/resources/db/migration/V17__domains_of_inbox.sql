-- Two checks of the same two columns are one to parse. It is not asked of what is there, which the two were.
alter table inbox
    drop constraint inbox_outcome_check, drop constraint inbox_check, drop constraint inbox_check1,
    alter column outcome type message_outcome,
    add constraint inbox_check check (
        (body is null) = (expires_at is null) and (body is null or outcome = 'PARKED')) not valid;
