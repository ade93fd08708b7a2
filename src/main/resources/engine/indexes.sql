-- What the hub adds to the engine's own tables, so that a desk's page and count are cut on indexes alone, and so is what is overdue.
-- Two semicolons end a statement, which commits by itself: locks on both tables at once could collide with another node at work.
create index if not exists hub_identitylink_desk on act_ru_identitylink (group_id_, type_, task_id_);;
drop index if exists hub_task_open;;
drop index if exists hub_task_line;;
drop index if exists hub_task_overdue;;
create index if not exists hub_task_due on act_ru_task (due_date_, create_time_ desc)
    include (id_, suspension_state_, priority_, follow_up_date_, assignee_, tenant_id_, proc_def_id_, case_execution_id_);;
drop index if exists hub_variable_mark;;

-- A task's candidate group in its own row, or * where there are several (docs/decisions/0008-task-query.md). The row is locked
-- first: of two candidates added at once, the second has to see the first. Nodes that start at once take turns.
do $do$
begin
    perform pg_advisory_xact_lock(hashtext('hub_task_desk'));

    create or replace function hub_desk_of(task varchar) returns varchar language sql stable as $$
        select case when count(*) > 1 then '*' else min(group_id_) end
        from act_ru_identitylink where task_id_ = task and type_ = 'candidate' and group_id_ is not null
    $$;

    create or replace function hub_task_desk() returns trigger language plpgsql as $$
    declare
        task varchar := coalesce(new.task_id_, old.task_id_);
        desk varchar;
    begin
        perform from act_ru_task where id_ = task for no key update;
        desk := hub_desk_of(task);
        update act_ru_task set hub_desk_ = desk where id_ = task and hub_desk_ is distinct from desk;
        return null;
    end $$;

    if not exists (select from pg_attribute where attrelid = 'act_ru_task'::regclass and attname = 'hub_desk_' and not attisdropped) then
        alter table act_ru_task add hub_desk_ varchar(255);
        create trigger hub_task_desk after insert or delete on act_ru_identitylink for each row execute function hub_task_desk();
        update act_ru_task set hub_desk_ = hub_desk_of(id_);
    end if;
end $do$;;

-- A task's marks in its own row: what its flags and texts hold, as numbers of 64 bits. An index's line can't grow by the texts' length, and two of a task's
-- few marks that share a number are not to be expected in the life of a city.
do $do$
begin
    perform pg_advisory_xact_lock(hashtext('hub_task_desk'));

    create or replace function hub_mark(name text, type text, words text, number bigint) returns bigint language sql immutable parallel safe as $$
        select hashtextextended(name || ':' || type || '=' || coalesce(words, number::text, ''), 0)
    $$;

    create or replace function hub_marks_of(task varchar) returns bigint[] language sql stable as $$
        select array_agg(hub_mark(name_, type_, text_, long_)) from act_ru_variable where task_id_ = task and type_ in ('boolean', 'string')
    $$;

    create or replace function hub_task_marks() returns trigger language plpgsql as $$
    declare
        task varchar := coalesce(new.task_id_, old.task_id_);
        marks bigint[];
    begin
        perform from act_ru_task where id_ = task for no key update;
        marks := hub_marks_of(task);
        update act_ru_task set hub_marks_ = marks where id_ = task and hub_marks_ is distinct from marks;
        return null;
    end $$;

    if not exists (select from pg_attribute where attrelid = 'act_ru_task'::regclass and attname = 'hub_marks_' and not attisdropped) then
        alter table act_ru_task add hub_marks_ bigint[];
        create trigger hub_task_marks after insert or update on act_ru_variable for each row when (new.task_id_ is not null) execute function hub_task_marks();
        create trigger hub_task_marks_gone after delete on act_ru_variable for each row when (old.task_id_ is not null) execute function hub_task_marks();
        drop index if exists hub_task_desk;
        create index hub_task_desk on act_ru_task (hub_desk_, due_date_)
            include (id_, suspension_state_, priority_, create_time_, follow_up_date_, assignee_, tenant_id_, proc_def_id_, case_execution_id_, hub_marks_);
        create index hub_task_marks on act_ru_task using gin (hub_marks_) where hub_marks_ is not null;
        update act_ru_task set hub_marks_ = hub_marks_of(id_) where id_ in (select task_id_ from act_ru_variable);
    end if;
end $do$;;
