-- What a million orders that wait, and as many tasks, ask of the tables.

-- Lists of tasks in Tasklist are ordered by due date, "To ship", "To review" … within one kind of task. The engine sorts and removes
-- duplicates by every column of the task; in this order the database stops after a page instead of sorting all tasks first.
create index orderflow_task_kind_due on act_ru_task (task_def_key_, due_date_, create_time_);
-- The same for the lists over all kinds: "My tasks", "Overdue", "Unassigned".
create index orderflow_task_due on act_ru_task (due_date_, create_time_);

-- For each task the engine looks for the right to see it, "perms_ & 2 = 2" of a task or "perms_ & 64 = 64" of a model. Without being
-- told, the planner takes one row in 200 to grant that, where nearly all do, and compares every task with every right instead of
-- using the index on resource_id_: counting 50,000 tasks then takes many minutes.
create statistics orderflow_authorization_read on (perms_ & 2), (perms_ & 64) from act_ru_authorization;
analyze act_ru_authorization;
