alter table act_ru_execution drop constraint act_fk_exe_parent;
-- The engine reads the executions of an instance together.
drop index act_idx_exe_parent;
