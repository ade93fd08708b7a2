-- Who is behind a resident's account. The realm knows the account alone; phone numbers and WeChat's ids are here, sealed.
create table resident (
    account         text primary key,
    phone           text,
    phone_index     bytea unique,
    -- When a one-time code last showed whose number it is.
    phone_proved_at timestamptz,
    openid          text,
    openid_index    bytea unique,
    created_at      timestamptz not null,
    check ((phone is null) = (phone_index is null) and (openid is null) = (openid_index is null))
);

-- Whoever was signed out in the realm: what was made of them by then opens nothing any more, what they sign in with afterwards does.
alter table directory_change add column ended_at timestamptz;

create table one_time_code (
    id            bigint generated always as identity primary key,
    phone_index   bytea       not null,
    address_index bytea       not null,
    code_hash     bytea       not null,
    created_at    timestamptz not null,
    tries         smallint    not null default 0,
    used          boolean     not null default false
);
create index one_time_code_phone on one_time_code (phone_index, created_at);
create index one_time_code_age on one_time_code (created_at, address_index);
