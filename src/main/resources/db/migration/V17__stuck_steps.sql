-- Steps that couldn't go on in somebody's call (io.liudan.process.StuckSteps). Ids and words of models, nothing that people wrote.
create table stuck_step (
    id bigint generated always as identity primary key,
    process_definition text not null,
    process_instance text,
    request_code text,
    task text,
    waiting text not null,
    element text not null,
    reason text not null,
    detail text not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    times int not null
);
create unique index stuck_step_once on stuck_step
    (process_definition, coalesce(process_instance, ''), coalesce(task, ''), element);
create index stuck_step_oldest on stuck_step (first_at, id);
create index stuck_step_of_instance on stuck_step (process_instance);
