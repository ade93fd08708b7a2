-- The exchange tables (前置库) in a department's own database, by which it and the hub pass each other work orders and answers.

-- The hub writes one row for each message, and never the same twice.
create table if not exists liudan_work_order (
    id         text primary key,
    kind       text        not null,
    work_order text        not null,
    body       text        not null,
    sent_at    timestamptz not null,
    -- The department's own mark.
    read_at    timestamptz
);

-- The department writes its answers; the hub marks those that it has for good.
create table if not exists liudan_answer (
    seq        bigint generated always as identity,
    -- Chosen by the department; the same again is the same answer.
    id         text primary key,
    work_order text        not null,
    -- accept, return, progress, extension, finish, explain
    action     text        not null,
    -- JSON: reason; text; days, reason; report, evidence; explanation, plan
    fields     text,
    taken_at   timestamptz
);
create index if not exists liudan_answer_open on liudan_answer (seq) where taken_at is null;
