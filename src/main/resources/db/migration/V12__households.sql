-- People at one address, found by a keyed index of it.
create table household (
    id            uuid  primary key,
    grid_code     text  not null,
    address       text  not null,
    address_index bytea not null unique
);
create index household_grid on household (grid_code);

-- Who says to live there, and what the grid worker said of it.
create table registration (
    account       text primary key,
    household     uuid        not null references household,
    name          text        not null,
    state         text        not null check (state in ('PENDING', 'CONFIRMED', 'REFUSED')),
    -- The desk that acts for somebody without a phone.
    kept_by       text,
    reason        text,
    registered_at timestamptz not null,
    confirmed_by  text,
    confirmed_at  timestamptz
);
create index registration_household on registration (household);
create index registration_kept on registration (kept_by) where kept_by is not null;
