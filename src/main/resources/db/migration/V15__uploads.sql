-- What an account uploaded on a day (UTC), for its quota.
create table upload_day (
    owner text    not null,
    day   date    not null,
    files integer not null,
    bytes bigint  not null,
    primary key (owner, day)
);
