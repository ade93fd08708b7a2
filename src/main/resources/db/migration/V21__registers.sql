-- What kinds keep lists of, for their matters to refer to: points of a patrol, resources of a unit.
create table register_entry (
    id             bigint      not null generated always as identity primary key,
    kind           text        not null,
    register       text        not null,
    -- Its texts by field, sealed together.
    words          text        not null,
    -- Keyed hash of what it is called: one of a name in a grid.
    title_index    bytea       not null,
    fields         jsonb       not null,
    lat            double precision,
    lon            double precision,
    address        text,
    -- Absent for what is the whole city's.
    grid_code      text,
    community_code text,
    street_code    text,
    -- Value of the field that its plan goes by.
    planned_by     text,
    visits         integer     not null default 0,
    visited_at     timestamptz,
    -- The day until which a matter is to begin that refers to it; absent without a plan.
    due_on         date,
    version        integer     not null default 1,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    retired_at     timestamptz
);
create unique index register_entry_title on register_entry (kind, register, coalesce(grid_code, ''), title_index) where retired_at is null;
create index register_entry_due on register_entry (kind, register, due_on, id) where retired_at is null;
create index register_entry_grid on register_entry (kind, register, grid_code, due_on, id) where retired_at is null;
create index register_entry_community on register_entry (kind, register, community_code, due_on, id) where retired_at is null;
create index register_entry_street on register_entry (kind, register, street_code, due_on, id) where retired_at is null;
comment on table register_entry is 'matter';
