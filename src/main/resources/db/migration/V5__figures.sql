-- The unit of a desk; a grid's is its community.
create function desk_unit(desk text) returns text language sql immutable parallel safe as $$
    select case when desk like 'grid-%' then split_part(desk, '-', 2) when desk like 'city-%' then desk else substr(desk, strpos(desk, '-') + 1) end
$$;

-- Requests that were closed and aren't in the figures yet: put here with the closing, taken out with the counting.
create table figure_pending (
    request_code text primary key references service_request (code)
);
insert into figure_pending select code from service_request where status = 'CLOSED';

-- What closed requests add up to, by day (D) and by month (M), for each unit in each of its parts. Rates are never kept, only what they are made of.
create table figure (
    unit                text   not null,
    grain               char   not null check (grain in ('D', 'M')),
    period              date   not null,
    part                text   not null,
    category            text   not null,
    closed              bigint not null,
    solved              bigint not null,
    solved_on_site      bigint not null,
    solved_by_community bigint not null,
    solved_by_street    bigint not null,
    explained           bigint not null,
    declined            bigint not null,
    merged              bigint not null,
    withdrawn           bigint not null,
    due                 bigint not null,
    responded           bigint not null,
    answers             bigint not null,
    contacted           bigint not null,
    confirmed           bigint not null,
    satisfied           bigint not null,
    unanswered          bigint not null,
    on_time             bigint not null,
    returns             bigint not null,
    extensions          bigint not null,
    reworks             bigint not null,
    reminder            bigint not null,
    yellow              bigint not null,
    red                 bigint not null,
    level_1             bigint not null,
    level_2             bigint not null,
    primary key (unit, grain, period, part, category)
) with (fillfactor = 80);

-- How long the steps of closed requests took against their limits, in seconds by the clock on the wall.
create table figure_step (
    unit            text   not null,
    grain           char   not null check (grain in ('D', 'M')),
    period          date   not null,
    category        text   not null,
    step            text   not null,
    name            text   not null,
    ended           bigint not null,
    limited         bigint not null,
    in_time         bigint not null,
    used_seconds    bigint not null,
    allowed_seconds bigint not null,
    primary key (unit, grain, period, category, step)
) with (fillfactor = 80);

-- What is open and late right now.
create index step_open on step (due_at) include (request_code, desk, category) where ended_at is null;
create index card_request on card (request_code);
