-- Departments to which nothing is carried, because operators said so.
create table connector_hold (
    department text        primary key,
    held_by    text        not null,
    reason     text        not null,
    since      timestamptz not null,
    until      timestamptz
);
comment on table connector_hold is 'integration';

-- Every exchange with a department's system: one row for each attempt to carry something, and for each message that came in.
create table exchange (
    id         bigint generated always as identity primary key,
    at         timestamptz not null,
    department text        not null,
    direction  text        not null check (direction in ('IN', 'OUT')),
    wire       text        not null,
    work_order text,
    -- The key under which it went or came.
    message    text,
    attempt    integer     not null,
    bytes      integer     not null,
    millis     integer,
    outcome    text        not null check (outcome in ('DELIVERED', 'FAILED', 'REFUSED', 'TAKEN', 'REPEATED')),
    fault      text,
    receipt    text
);
create index exchange_department on exchange (department, id);
create index exchange_order on exchange (work_order, id) where work_order is not null;
create index exchange_receipt on exchange (receipt, id) where receipt is not null;
create index exchange_at on exchange (at);
comment on table exchange is 'integration';
