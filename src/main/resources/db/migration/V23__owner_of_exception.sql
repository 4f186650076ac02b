-- What a job failed with is written and removed with the job.
lock table act_ru_job, act_ge_bytearray in access exclusive mode;
alter table act_ru_job drop constraint act_fk_job_exception;
drop index act_idx_job_exception;
