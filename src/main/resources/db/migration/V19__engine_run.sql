-- Each start of the application takes a number; it begins the ids that the engine gives until it ends.
create sequence engine_run;
