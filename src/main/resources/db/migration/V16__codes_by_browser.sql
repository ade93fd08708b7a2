-- A code belongs to the browser that asked for it: others can neither guess at it nor put another in its place. What a browser did for
-- it serves once.
alter table one_time_code
    add column browser_index bytea not null default ''::bytea,
    add column stranger boolean not null default true,
    add column work text unique;
create index one_time_code_browser on one_time_code (phone_index, browser_index, id);

-- From where a number was shown to be somebody's: strangers who ask for codes to it don't use up what its owner may have there.
create table proved_place (
    phone_index   bytea       not null,
    address_index bytea       not null,
    proved_at     timestamptz not null,
    primary key (phone_index, address_index)
);
