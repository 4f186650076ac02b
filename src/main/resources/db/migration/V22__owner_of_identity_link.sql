lock table act_ru_task, act_ru_identitylink in access exclusive mode;
alter table act_ru_identitylink drop constraint act_fk_tskass_task;
