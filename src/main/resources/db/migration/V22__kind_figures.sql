-- What closed matters of the kinds add up to that have no figures of their own, by day (D) and by month (M).
create table kind_figure_pending (
    matter_id bigint primary key references matter
);
insert into kind_figure_pending select id from matter where kind <> 'six-orders' and status = 'CLOSED';

create table kind_figure (
    kind     text   not null,
    unit     text   not null,
    grain    char   not null check (grain in ('D', 'M')),
    period   date   not null,
    part     text   not null,
    outcome  text   not null,
    closed   bigint not null,
    on_time  bigint not null,
    reminder bigint not null,
    yellow   bigint not null,
    red      bigint not null,
    level_1  bigint not null,
    level_2  bigint not null,
    primary key (kind, unit, grain, period, part, outcome)
) with (fillfactor = 80);

create table kind_figure_step (
    kind            text   not null,
    unit            text   not null,
    grain           char   not null check (grain in ('D', 'M')),
    period          date   not null,
    step            text   not null,
    name            text   not null,
    ended           bigint not null,
    limited         bigint not null,
    in_time         bigint not null,
    used_seconds    bigint not null,
    allowed_seconds bigint not null,
    primary key (kind, unit, grain, period, step)
) with (fillfactor = 80);
comment on table kind_figure_pending is 'insight';
comment on table kind_figure is 'insight';
comment on table kind_figure_step is 'insight';

create view register_facts as
    select kind, register, grid_code, community_code, street_code, due_on from register_entry where retired_at is null;
