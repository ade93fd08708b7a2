-- The local directory follows the realm: its own id for each person, and what changed for them since their tokens were made.
alter table person add column subject text unique;
create index person_name on person using gin (name gin_trgm_ops);

-- Outlives the longest session, no longer.
create table directory_change (
    subject text primary key,
    at      timestamptz not null,
    -- Removed or disabled.
    gone    boolean     not null,
    roles   text[]      not null,
    desks   text[]      not null
);

create table directory_state (
    one         boolean primary key default true check (one),
    -- Time of the last event that was taken over, in milliseconds.
    event_time  bigint      not null default 0,
    compared_at timestamptz,
    -- What the last comparison found that no event had told.
    added       integer     not null default 0,
    changed     integer     not null default 0,
    removed     integer     not null default 0
);
insert into directory_state default values;

-- What is forgotten, and what is told later, is found by its request and its order.
create index inbound_message_order on inbound_message (work_order text_pattern_ops) where work_order is not null;
create index work_order_change_order on work_order_change (work_order);
