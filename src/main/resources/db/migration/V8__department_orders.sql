-- A work order has a number of its own that can be told on the phone and sent to a department's system, and a version that a caller can insist on.
alter table work_order
    add code text generated always as (request_code || '-' || round || '-' || department) stored unique,
    add version integer not null default 0;

-- What became of the work orders, in order: the change feed of each department, and what its connector carries to it.
create table work_order_change (
    id           bigint generated always as identity primary key,
    -- Changes commit out of the order of their numbers; a reader goes on only behind what no open transaction can still come before.
    tx           xid8        not null default pg_current_xact_id(),
    work_order   bigint      not null references work_order (id),
    request_code text        not null,
    department   text        not null,
    kind         text        not null,
    at           timestamptz not null,
    -- WAITING while a connector is to carry it, then DELIVERED, DISCARDED or BY_HAND; null if nobody carries it.
    delivery     text,
    told_at      timestamptz,
    -- What the department's system calls it.
    receipt      text
);
create index work_order_change_feed on work_order_change (department, tx, id);
create index work_order_change_waiting on work_order_change (department, request_code, id) where delivery = 'WAITING';
create index work_order_change_told on work_order_change (department, told_at) where delivery = 'DELIVERED';

-- What came in from departments' systems, each message once; what can't be taken yet or at all is kept with the reason.
create table inbound_message (
    id          bigint generated always as identity primary key,
    department  text        not null,
    channel     text        not null,
    key         text        not null,
    work_order  text,
    body        text        not null,
    state       text        not null,
    reason      text,
    attempts    integer     not null default 0,
    -- No step waited for it when it was tried: others needn't wait for it.
    early       boolean     not null default false,
    answer      jsonb,
    received_at timestamptz not null,
    next_at     timestamptz,
    expires_at  timestamptz not null,
    unique (department, key)
);
create index inbound_message_open on inbound_message (department, work_order, id) where state = 'WAITING';
create index inbound_message_dead on inbound_message (id) where state = 'DEAD';

-- What operators did with dead letters, and why.
create table dead_letter_action (
    id      bigint generated always as identity primary key,
    letter  text        not null,
    action  text        not null,
    actor   text        not null,
    reason  text,
    at      timestamptz not null
);
create index dead_letter_action_letter on dead_letter_action (letter, id);
