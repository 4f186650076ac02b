-- The engine's foreign keys ask at each step of each instance about a race that hardly ever is. Who adds to an execution or a task now
-- moves its revision (WholeInstances), and whoever removes it meanwhile loses by that, or wins. Each key is dropped by itself, and its
-- tables are locked in the order in which a node at work takes them.
lock table act_ru_execution, act_ru_variable in access exclusive mode;
alter table act_ru_variable drop constraint act_fk_var_exe;
