alter table act_ru_execution drop constraint act_fk_exe_parent;
