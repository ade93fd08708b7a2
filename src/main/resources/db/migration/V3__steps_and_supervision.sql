-- Every step a desk took: its limit, the cards it is to get and how many of them it got. A card is due at card_at[given + 1].
create table step (
    task_id      text primary key,
    request_code text          not null references service_request (code),
    step         text          not null,
    name         text          not null,
    desk         text          not null,
    category     text,
    started_at   timestamptz   not null,
    due_at       timestamptz,
    ended_at     timestamptz,
    provisional  boolean       not null,
    cards        text[]        not null,
    card_at      timestamptz[] not null,
    given        integer       not null default 0
) with (fillfactor = 80);
create index step_request on step (request_code);

-- Cards that were given. The unique key is what makes "once" true, on however many nodes.
create table card (
    id           bigint generated always as identity primary key,
    task_id      text        not null references step (task_id),
    card         text        not null,
    request_code text        not null references service_request (code),
    step         text        not null,
    desk         text        not null,
    due_at       timestamptz not null,
    given_at     timestamptz not null,
    unique (task_id, card)
);

-- Which desks a card was told to.
create table card_notice (
    desk    text   not null,
    card_id bigint not null references card (id),
    primary key (desk, card_id)
);

-- 督办: what supervision demands of a request, by when, and what became of it.
create table supervision (
    id           bigint generated always as identity primary key,
    request_code text        not null references service_request (code),
    level        smallint    not null check (level between 1 and 2),
    demand       text        not null,
    until        timestamptz not null,
    opened_by    text,
    opened_at    timestamptz not null,
    answer       text,
    answered_by  text,
    answer_desk  text,
    answered_at  timestamptz,
    note         text,
    released_by  text,
    released_at  timestamptz
);
create unique index supervision_open on supervision (request_code) where released_at is null;
create index supervision_request on supervision (request_code);

alter table service_request add column urged_at timestamptz;
