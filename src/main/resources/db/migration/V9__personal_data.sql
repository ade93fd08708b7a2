-- Keys that seal personal data, wrapped by a master key that only the environment has.
create table data_key (
    id         smallint primary key,
    purpose    text        not null check (purpose in ('DATA', 'INDEX')),
    cipher     text        not null,
    -- Names the master key that wraps it.
    master     text        not null,
    wrapped    bytea       not null,
    created_at timestamptz not null
);

-- What a list shows of a request: its title without what tells who somebody is, sealed like all that people wrote.
alter table service_request
    add column headline text,
    add column contact_index bytea;
update service_request set headline = title;
create index service_request_contact on service_request (contact_index) where contact_index is not null;

-- Sealed, it is no JSON any more.
alter table inbound_message alter column answer type text using answer::text;
-- Words of an event; what the hub itself said stays in data.
alter table request_event add column words text;

create index inbound_message_done on inbound_message (received_at) where state in ('DONE', 'DISCARDED');

-- Who wants their data gone: what is still open is erased when it is closed.
create table erasure_wish (
    username text primary key,
    at       timestamptz not null
);
-- What closed requests still hold, and since when they are closed: a row goes with what it stands for. Beside the requests, whose rows stay as cheap to change as they are.
create table kept_data (
    class        text        not null check (class in ('contact', 'words')),
    request_code text        not null references service_request (code),
    closed_at    timestamptz not null,
    primary key (class, request_code)
);
create index kept_data_age on kept_data (class, closed_at);
insert into kept_data select class, code, closed_at from service_request, unnest(array['contact', 'words']) class where status = 'CLOSED';
