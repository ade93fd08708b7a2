-- How a step's due date came about (deadline.Term), to count it again; null where nothing of the hub's counted it.
alter table step add column term jsonb;
create index step_provisional on step (task_id) where provisional and ended_at is null;

-- Years that an administrator imported. Open steps within the days that changed are counted again, once, by whichever node comes first.
create table calendar_year (
    year          integer     primary key,
    notice        jsonb       not null,
    imported_by   text        not null,
    imported_at   timestamptz not null,
    first_changed date,
    last_changed  date,
    applied_at    timestamptz
);
