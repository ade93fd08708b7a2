-- A request becomes one kind of matter among others: what every matter has stands in tables of module "matter", keyed by
-- the number that a code is made of. Numbers grow with time, so any of the large tables can be cut into months by ranges
-- of that number, and a month's matters go with all that is theirs. The tables are written anew, which
-- leaves no dead rows.

create table matter (
    -- The code without its check digit.
    id             bigint primary key,
    code           text        not null unique,
    kind           text        not null,
    kind_version   integer     not null,
    category       text,
    title          text        not null,
    headline       text,
    lat            double precision,
    lon            double precision,
    datum          text,
    address        text,
    -- Absent for what is the whole city's.
    grid_code      text,
    community_code text,
    street_code    text,
    channel        text        not null,
    reporter       text        not null,
    anonymous      boolean     not null,
    contact_name   text,
    contact_phone  text,
    contact_index  bytea,
    -- The kind's own fields, but for what people wrote.
    fields         jsonb,
    status         text        not null,
    outcome        text,
    lead           text,
    urgency        text,
    urged          integer     not null default 0,
    urged_at       timestamptz,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    closed_at      timestamptz
) with (fillfactor = 70);
insert into matter
select code::bigint / 10, code, 'six-orders', 1, category, title, headline, lat, lon, datum, address, grid_code, community_code,
    street_code, channel, reporter, anonymous, contact_name, contact_phone, contact_index, null, status, outcome, lead,
    urgency, urged, urged_at, created_at, updated_at, closed_at
from service_request order by code::bigint;
create index matter_reporter on matter (reporter, id desc);
create index matter_contact on matter (contact_index) where contact_index is not null;
alter sequence request_number rename to matter_number;

-- What people wrote about a matter, field by field; sealed.
create table matter_text (
    matter_id bigint not null,
    field     text   not null,
    class     text   not null check (class in ('contact', 'words')),
    text      text   not null
);
insert into matter_text select code::bigint / 10, 'description', 'words', description from service_request where description <> '' order by 1;
insert into matter_text select code::bigint / 10, 'rating.comment', 'words', rating_comment from service_request where rating_comment is not null;
alter table matter_text add primary key (matter_id, field), add foreign key (matter_id) references matter;

-- What only a service request has, once it has any of it.
create table request (
    matter_id   bigint primary key,
    merged_into text,
    rated       text,
    contacted   boolean,
    solved      boolean,
    satisfied   smallint check (satisfied between 1 and 5)
);
insert into request
select code::bigint / 10, merged_into, rated, contacted, solved, satisfied
from service_request where merged_into is not null or rated is not null order by 1;
alter table request add foreign key (matter_id) references matter;

-- By what the kinds' own fields hold, where a kind lets them be looked for.
create table matter_find (
    kind      text   not null,
    field     text   not null,
    value     text   not null,
    matter_id bigint not null references matter,
    primary key (kind, field, value, matter_id)
);
create index matter_find_matter on matter_find (matter_id);

-- The manifests of the kinds, each as it was when a matter could begin with it.
create table kind_version (
    kind         text        not null,
    version      integer     not null,
    manifest     text        not null,
    published_at timestamptz not null,
    primary key (kind, version)
);

create table matter_desk (
    desk      text   not null,
    matter_id bigint not null
);
insert into matter_desk select d.desk, r.code::bigint / 10 from request_desk d join service_request r on r.id = d.request_id order by 1, 2;
alter table matter_desk add primary key (desk, matter_id), add foreign key (matter_id) references matter;
create index matter_desk_matter on matter_desk (matter_id);

create table matter_follower (
    matter_id bigint      not null,
    follower  text        not null,
    since     timestamptz not null
);
insert into matter_follower select request_code::bigint / 10, follower, since from request_follower;
alter table matter_follower add primary key (matter_id, follower), add foreign key (matter_id) references matter;
create index matter_follower_person on matter_follower (follower);

create table matter_search (
    matter_id  bigint      not null,
    kind       text        not null,
    grid_code  text,
    category   text,
    created_at timestamptz not null,
    open       boolean     not null,
    bigrams    text        not null
);
insert into matter_search select request_code::bigint / 10, 'six-orders', grid_code, category, created_at, open, bigrams from request_search order by 1;
alter table matter_search add primary key (matter_id), add foreign key (matter_id) references matter;
create index matter_search_place on matter_search (kind, grid_code, created_at) where open;
create index matter_search_words on matter_search using gin (bigrams gin_trgm_ops);

create table matter_event (
    matter_id   bigint      not null,
    id          bigint      not null generated always as identity,
    event_id    uuid        not null default gen_random_uuid(),
    type        text        not null,
    occurred_at timestamptz not null,
    actor       text,
    desk        text,
    data        jsonb       not null,
    words       text
);
insert into matter_event overriding system value
select request_code::bigint / 10, id, event_id, type, occurred_at, actor, desk, data, words from request_event order by 1, 2;
select setval(pg_get_serial_sequence('matter_event', 'id'), coalesce((select max(id) from matter_event), 1), exists (select from matter_event));
alter table matter_event add primary key (matter_id, id), add foreign key (matter_id) references matter;

-- Files are large: only their rows change. New ids begin with the time, so that ranges of them are months too.
alter table attachment drop constraint attachment_request_code_fkey;
drop index attachment_request;
alter table attachment add matter_id bigint;
update attachment set matter_id = request_code::bigint / 10 where request_code is not null;
alter table attachment drop request_code, add foreign key (matter_id) references matter;
create index attachment_matter on attachment (matter_id);

create table kept (
    class     text        not null check (class in ('contact', 'words')),
    matter_id bigint      not null,
    kind      text        not null,
    closed_at timestamptz not null
);
insert into kept select class, request_code::bigint / 10, 'six-orders', closed_at from kept_data order by 1, 2;
drop table kept_data;
alter table kept rename to kept_data;
alter table kept_data rename constraint kept_class_check to kept_data_class_check;
alter table kept_data add primary key (class, matter_id), add foreign key (matter_id) references matter;
create index kept_data_age on kept_data (kind, class, closed_at);

-- Steps, cards and supervisions.
create table step_new (
    matter_id   bigint        not null,
    task_id     text          not null,
    step        text          not null,
    name        text          not null,
    desk        text          not null,
    category    text,
    started_at  timestamptz   not null,
    due_at      timestamptz,
    ended_at    timestamptz,
    provisional boolean       not null,
    cards       text[]        not null,
    card_at     timestamptz[] not null,
    given       integer       not null default 0,
    term        jsonb
) with (fillfactor = 80);
insert into step_new
select request_code::bigint / 10, task_id, step, name, desk, category, started_at, due_at, ended_at, provisional, cards, card_at, given, term
from step order by 1;

create table card_new (
    matter_id bigint      not null,
    id        bigint      not null generated always as identity,
    task_id   text        not null,
    card      text        not null,
    step      text        not null,
    desk      text        not null,
    due_at    timestamptz not null,
    given_at  timestamptz not null
);
insert into card_new overriding system value
select request_code::bigint / 10, id, task_id, card, step, desk, due_at, given_at from card order by 1, 2;

create table card_notice_new (
    desk      text   not null,
    card_id   bigint not null,
    matter_id bigint not null
);
insert into card_notice_new select n.desk, n.card_id, c.request_code::bigint / 10 from card_notice n join card c on c.id = n.card_id;
drop table card_notice;
drop table card;
drop table step;
alter table step_new rename to step;
alter table card_new rename to card;
alter table card_notice_new rename to card_notice;
alter sequence card_new_id_seq rename to card_id_seq;
select setval('card_id_seq', coalesce((select max(id) from card), 1), exists (select from card));
alter table step add primary key (matter_id, task_id), add foreign key (matter_id) references matter;
create index step_task on step (task_id);
create index step_open on step (due_at) include (matter_id, desk, category) where ended_at is null;
create index step_provisional on step (task_id) where provisional and ended_at is null;
alter table card add primary key (matter_id, id), add unique (matter_id, task_id, card),
    add foreign key (matter_id, task_id) references step;
alter table card_notice add primary key (desk, card_id), add foreign key (matter_id, card_id) references card;

alter table supervision drop constraint supervision_request_code_fkey;
drop index supervision_open;
drop index supervision_request;
alter table supervision add matter_id bigint;
update supervision set matter_id = request_code::bigint / 10;
alter table supervision drop request_code, alter matter_id set not null, add foreign key (matter_id) references matter;
create unique index supervision_open on supervision (matter_id) where released_at is null;
create index supervision_matter on supervision (matter_id);

-- Orders to departments and what became of them.
create table work_order_new (
    matter_id   bigint      not null,
    id          bigint      not null generated always as identity,
    code        text        not null,
    round       integer     not null,
    department  text        not null,
    role        text        not null,
    status      text        not null,
    report      text,
    issued_at   timestamptz not null,
    accepted_at timestamptz,
    closed_at   timestamptz,
    version     integer     not null default 0
);
insert into work_order_new overriding system value
select request_code::bigint / 10, id, code, round, department, role, status, report, issued_at, accepted_at, closed_at, version
from work_order order by 1, 2;

create table work_order_change_new (
    id         bigint      not null generated always as identity,
    tx         xid8,
    work_order bigint      not null,
    matter_id  bigint      not null,
    department text        not null,
    kind       text        not null,
    at         timestamptz not null,
    delivery   text,
    told_at    timestamptz,
    receipt    text,
    feed       bigint
);
insert into work_order_change_new overriding system value
select id, tx, work_order, request_code::bigint / 10, department, kind, at, delivery, told_at, receipt, feed from work_order_change order by id;
drop table work_order_change;
drop table work_order;
alter table work_order_new rename to work_order;
alter table work_order_change_new rename to work_order_change;
alter sequence work_order_new_id_seq rename to work_order_id_seq;
alter sequence work_order_change_new_id_seq rename to work_order_change_id_seq;
select setval('work_order_id_seq', coalesce((select max(id) from work_order), 1), exists (select from work_order));
select setval('work_order_change_id_seq', coalesce((select max(id) from work_order_change), 1), exists (select from work_order_change));
alter table work_order add primary key (matter_id, id), add unique (matter_id, round, department),
    add foreign key (matter_id) references matter;
create index work_order_code on work_order (code);
create index work_order_department on work_order (department, id desc);
alter table work_order_change add primary key (id), add unique (feed),
    add foreign key (matter_id, work_order) references work_order;
create index work_order_change_order on work_order_change (matter_id, work_order);
create index work_order_change_numbered on work_order_change (department, feed);
create index work_order_change_unnumbered on work_order_change (department, id) where feed is null;
create index work_order_change_waiting on work_order_change (department, matter_id, id) where delivery = 'WAITING';
create index work_order_change_told on work_order_change (department, told_at) where delivery = 'DELIVERED';

alter table figure_pending add matter_id bigint;
update figure_pending set matter_id = request_code::bigint / 10;
alter table figure_pending drop request_code, add primary key (matter_id), add foreign key (matter_id) references matter;

alter table stuck_step rename request_code to matter_code;

drop table request_desk, request_follower, request_search, request_event;
drop table service_request;

-- What modules let others read of their tables: nobody joins with the tables themselves.
create view matter_facts as
    select id, code, kind, headline, category, status, outcome, urgency, lead, grid_code, community_code, street_code, created_at, closed_at from matter;
create view matter_part as select desk, matter_id from matter_desk;
create view event_facts as select matter_id, type, desk, data from matter_event;
create view step_facts as select matter_id, task_id, step, name, desk, category, started_at, due_at, ended_at from step;
create view card_facts as select matter_id, desk, card from card;
create view order_facts as select matter_id, department, role, status from work_order;
create view person_facts as select username, name, desks from person;
create view rating_facts as select matter_id, rated, contacted, solved, satisfied from request;

-- Each table's module: statements of other modules don't name it.
do $$
declare one record;
begin
    for one in select * from (values
        ('matter', 'matter'), ('matter_text', 'matter'), ('matter_find', 'matter'), ('kind_version', 'matter'), ('matter_desk', 'matter'),
        ('matter_follower', 'matter'), ('matter_search', 'matter'), ('matter_event', 'matter'), ('attachment', 'matter'), ('kept_data', 'matter'),
        ('idempotency_key', 'matter'), ('upload_day', 'matter'), ('erasure_wish', 'matter'),
        ('request', 'request'),
        ('work_order', 'workorder'), ('work_order_change', 'workorder'), ('feed_epoch', 'workorder'),
        ('step', 'deadline'), ('card', 'deadline'), ('card_notice', 'deadline'), ('supervision', 'deadline'), ('calendar_year', 'deadline'),
        ('figure', 'insight'), ('figure_step', 'insight'), ('figure_pending', 'insight'),
        ('stuck_step', 'process'), ('process_deployment', 'process'), ('absence', 'process'),
        ('inbound_message', 'integration'), ('dead_letter_action', 'integration'),
        ('household', 'household'), ('registration', 'household'),
        ('one_time_code', 'notification'), ('proved_place', 'notification'),
        ('person', 'identity'), ('resident', 'identity'), ('data_key', 'identity'), ('deploy_key', 'identity'),
        ('directory_change', 'identity'), ('directory_state', 'identity')) owned (name, module)
    loop
        execute format('comment on table %I is %L', one.name, one.module);
    end loop;
end $$;
