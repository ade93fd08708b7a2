create extension if not exists pg_trgm;

create sequence request_number start 100000;

-- One resident's concern. Its indexed columns never change after intake, so that a change of status stays a cheap
-- heap-only update however many indexes others want: what is searched or listed lives in tables of its own below.
create table service_request (
    code           text primary key,
    id             bigint generated always as identity unique,
    category       text,
    title          text        not null,
    description    text        not null,
    lat            double precision,
    lon            double precision,
    datum          text,
    address        text,
    grid_code      text        not null,
    community_code text        not null,
    street_code    text        not null,
    channel        text        not null,
    reporter       text        not null,
    anonymous      boolean     not null,
    contact_name   text,
    contact_phone  text,
    status         text        not null,
    outcome        text,
    merged_into    text references service_request (code),
    lead           text,
    urgency        text,
    urged          integer     not null default 0,
    rated          text,
    contacted      boolean,
    solved         boolean,
    satisfied      smallint check (satisfied between 1 and 5),
    rating_comment text,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    closed_at      timestamptz
) with (fillfactor = 70);
create index service_request_reporter on service_request (reporter, id desc);

-- Which desks have had to do with a request: decides who may see it and lists what a desk may see.
create table request_desk (
    desk       text   not null,
    request_id bigint not null references service_request (id),
    primary key (desk, request_id)
);

-- Who else wants to know: residents who follow it, and those whose own request was merged into it.
create table request_follower (
    request_code text        not null references service_request (code),
    follower     text        not null,
    since        timestamptz not null,
    primary key (request_code, follower)
);
create index request_follower_person on request_follower (follower);

-- Words for finding similar requests: overlapping pairs of characters, since Chinese has no spaces for pg_trgm to cut at.
create table request_search (
    request_code text primary key references service_request (code),
    grid_code    text        not null,
    category     text,
    created_at   timestamptz not null,
    bigrams      text        not null
);
create index request_search_place on request_search (grid_code, created_at);
create index request_search_words on request_search using gin (bigrams gin_trgm_ops);

-- The one event log: every milestone of every request, in order, never changed.
create table request_event (
    id           bigint generated always as identity primary key,
    event_id     uuid        not null default gen_random_uuid(),
    request_code text        not null references service_request (code),
    type         text        not null,
    occurred_at  timestamptz not null,
    actor        text,
    desk         text,
    data         jsonb       not null
);
create index request_event_request on request_event (request_code, id);

-- The same key with the same body gets the same answer; the primary key decides between parallel sends.
create table idempotency_key (
    caller     text        not null,
    key        text        not null,
    body_hash  text        not null,
    response   text,
    created_at timestamptz not null,
    primary key (caller, key)
);

create table attachment (
    id           uuid primary key,
    owner        text        not null,
    request_code text references service_request (code),
    media_type   text        not null,
    size         integer     not null,
    sha256       text        not null,
    content      bytea       not null,
    created_at   timestamptz not null
);
create index attachment_request on attachment (request_code);

-- One order to one department, in one round of dispatching: what the lead and each supporting department answer for.
create table work_order (
    id           bigint generated always as identity primary key,
    request_code text        not null references service_request (code),
    round        integer     not null,
    department   text        not null,
    role         text        not null,
    status       text        not null,
    report       text,
    issued_at    timestamptz not null,
    accepted_at  timestamptz,
    closed_at    timestamptz,
    unique (request_code, round, department)
);
create index work_order_department on work_order (department, id desc);

-- Staff as their tokens told at login; Keycloak stays the authority.
create table person (
    username text primary key,
    name     text        not null,
    roles    text[]      not null,
    desks    text[]      not null,
    seen_at  timestamptz not null
);
create index person_desks on person using gin (desks);
