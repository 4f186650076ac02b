-- Job acquisition asks for due jobs every few hundred milliseconds; the engine ships no index for it.
create index orderflow_job_due on act_ru_job (duedate_);
create index orderflow_job_locked on act_ru_job (process_instance_id_) where lock_owner_ is not null;
