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
