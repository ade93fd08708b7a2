-- What the component keeps beside the engine, made at the start of the component (PostgreSQL).
-- Two nodes that start at once would both find no table and both make one.
select pg_advisory_xact_lock(hashtext('camunda7'));

create table if not exists camunda7_inbox (
    scope text not null,
    key text not null,
    received_at timestamptz not null,
    answer jsonb,
    primary key (scope, key)
);
create index if not exists camunda7_inbox_age on camunda7_inbox (received_at);

create table if not exists camunda7_parked (
    id bigint generated always as identity primary key,
    name text not null,
    business_key text,
    mode text not null,
    correlation jsonb not null,
    variables jsonb not null,
    tenant text,
    parked_at timestamptz not null,
    expires_at timestamptz not null,
    next_at timestamptz not null,
    attempts int not null default 0,
    expired boolean not null default false
);
create index if not exists camunda7_parked_due on camunda7_parked (next_at) where not expired;
create index if not exists camunda7_parked_key on camunda7_parked (name, business_key) where not expired;

create table if not exists camunda7_effect (
    key text primary key,
    begun_at timestamptz not null,
    done_at timestamptz,
    outputs jsonb
);
create index if not exists camunda7_effect_age on camunda7_effect (begun_at);
