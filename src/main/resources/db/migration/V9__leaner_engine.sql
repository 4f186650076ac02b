-- An index costs every write of its table, even one that takes in only what is not null: it is opened, locked and asked whether the row
-- belongs to it. Here nothing has a tenant and no task belongs to a case.
drop index act_idx_exec_tenant_id, act_idx_task_tenant_id, act_idx_job_tenant_id, act_idx_event_subscr_tenant_id,
    act_idx_hi_task_inst_tenant_id, act_idx_hi_pro_inst_tenant_id;
alter table act_ru_task drop constraint act_fk_task_case_exe, drop constraint act_fk_task_case_def;
drop index act_idx_task_case_exec, act_idx_task_case_def_id;
-- Jobs are looked for by handler when the clean-up of history is set up, at start, when a model is deployed, and for signals, which the
-- models have none of.
drop index act_idx_job_handler;

-- What waits at an execution (messages, tasks) is written with it and removed before it, by whoever moves the instance and has its
-- executions' revisions to lose a race by; a foreign key asked twice more for each.
alter table act_ru_event_subscr drop constraint act_fk_event_exec;
alter table act_ru_task drop constraint act_fk_task_exe;
