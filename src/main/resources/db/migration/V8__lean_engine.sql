-- The engine keeps some sixty indexes on the tables an order's life goes through, most of them over columns that are null there, or that
-- hold the same value in every row. Each is written with each row: two thirds of all index entries of a life were never read.

-- What is nearly always null is indexed where it is not: every search for a value finds it as before.
drop index act_idx_exec_buskey, act_idx_exec_tenant_id, act_idx_exe_super, act_idx_exe_procdef;
create index act_idx_exec_buskey on act_ru_execution (business_key_) where business_key_ is not null;
create index act_idx_exec_tenant_id on act_ru_execution (tenant_id_) where tenant_id_ is not null;
create index act_idx_exe_super on act_ru_execution (super_exec_) where super_exec_ is not null;
drop index act_idx_task_last_updated, act_idx_task_assignee, act_idx_task_owner, act_idx_task_tenant_id, act_idx_task_case_exec,
    act_idx_task_case_def_id;
create index act_idx_task_last_updated on act_ru_task (last_updated_) where last_updated_ is not null;
create index act_idx_task_assignee on act_ru_task (assignee_) where assignee_ is not null;
create index act_idx_task_owner on act_ru_task (owner_) where owner_ is not null;
create index act_idx_task_tenant_id on act_ru_task (tenant_id_) where tenant_id_ is not null;
create index act_idx_task_case_exec on act_ru_task (case_execution_id_) where case_execution_id_ is not null;
create index act_idx_task_case_def_id on act_ru_task (case_def_id_) where case_def_id_ is not null;
drop index act_idx_job_tenant_id, act_idx_job_exception;
create index act_idx_job_tenant_id on act_ru_job (tenant_id_) where tenant_id_ is not null;
create index act_idx_job_exception on act_ru_job (exception_stack_id_) where exception_stack_id_ is not null;
drop index act_idx_event_subscr_config_, act_idx_event_subscr_tenant_id;
create index act_idx_event_subscr_config_ on act_ru_event_subscr (configuration_) where configuration_ is not null;
create index act_idx_event_subscr_tenant_id on act_ru_event_subscr (tenant_id_) where tenant_id_ is not null;
drop index act_idx_ident_lnk_user, act_idx_athrz_procedef;
create index act_idx_ident_lnk_user on act_ru_identitylink (user_id_) where user_id_ is not null;
create index act_idx_athrz_procedef on act_ru_identitylink (proc_def_id_) where proc_def_id_ is not null;
drop index act_idx_hi_task_inst_tenant_id;
create index act_idx_hi_task_inst_tenant_id on act_hi_taskinst (tenant_id_) where tenant_id_ is not null;
drop index act_idx_hi_pro_inst_end, act_idx_hi_pro_inst_tenant_id, act_idx_hi_pro_rst_pro_inst_id;
create index act_idx_hi_pro_inst_end on act_hi_procinst (end_time_) where end_time_ is not null;
create index act_idx_hi_pro_inst_tenant_id on act_hi_procinst (tenant_id_) where tenant_id_ is not null;
create index act_idx_hi_pro_rst_pro_inst_id on act_hi_procinst (restarted_proc_inst_id_) where restarted_proc_inst_id_ is not null;

-- Instances, not their parts, are looked for by definition.
create index act_idx_exe_procdef on act_ru_execution (proc_def_id_) where parent_id_ is null;

-- Of a handful of values each is in so many rows that reading all is no slower; or another index begins with the same column.
drop index act_idx_exe_root_pi, act_idx_task_procdef, act_idx_job_handler_type, act_idx_job_root_procinst, act_idx_job_job_def_id,
    act_idx_hi_task_inst_proc_def_key, act_idx_hi_taskinstid_procinst, act_idx_hi_pro_inst_proc_def_key;
-- Without this one a task's end is written into its row alone.
drop index act_idx_hi_task_inst_end;

-- Every row asked whether its definition is still there, and locked it in company with all others; definitions are never deleted.
alter table act_ru_execution drop constraint act_fk_exe_procdef, drop constraint act_fk_exe_super;
alter table act_ru_task drop constraint act_fk_task_procdef;
alter table act_ru_identitylink drop constraint act_fk_athrz_procedef;
-- Every step of an instance asked these tables whether they know what ends; the engine removes incidents itself, and external tasks
-- and called instances the models have none.
alter table act_ru_incident drop constraint act_fk_inc_procdef, drop constraint act_fk_inc_exe, drop constraint act_fk_inc_procinst;
alter table act_ru_ext_task drop constraint act_fk_ext_task_exe;
-- What belongs to an execution that is there belongs to an instance that is there: each execution's parent is asked for.
alter table act_ru_execution drop constraint act_fk_exe_procinst;
alter table act_ru_task drop constraint act_fk_task_procinst;
alter table act_ru_variable drop constraint act_fk_var_procinst;

-- Room beside rows that are written again within seconds.
alter table act_ru_execution set (fillfactor = 70);
alter table act_hi_taskinst set (fillfactor = 80);
