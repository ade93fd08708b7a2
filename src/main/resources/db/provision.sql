-- What a database administrator runs once in the hub's database, and again after an update; it changes nothing that is there already.
-- The hub works as liudan, which owns all tables but the audit log: of that it can add rows and read them, and nothing else.
do $$
begin
    if not exists (select from pg_roles where rolname = 'liudan') then
        create role liudan login;
    end if;
    if not exists (select from pg_roles where rolname = 'liudan_audit') then
        create role liudan_audit nologin;
    end if;
    execute format('alter database %I owner to liudan', current_database());
end $$;
alter schema public owner to liudan;

-- A database of an earlier version belonged to its administrator.
do $$
declare
    thing record;
begin
    for thing in select c.oid::regclass as name, c.relkind from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm', 'S') and c.relowner = current_user::regrole
                and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i', 'e') and d.classid = 'pg_class'::regclass) loop
        execute format('alter %s %s owner to liudan', case thing.relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' else 'table' end, thing.name);
    end loop;
    for thing in select p.oid::regprocedure as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname = 'public' and p.proowner = current_user::regrole and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e') loop
        execute format('alter routine %s owner to liudan', thing.name);
    end loop;
end $$;

create schema if not exists audit authorization liudan_audit;

-- Who saw or did what, under which policy, from where. Nothing of what they saw.
create table if not exists audit.entry (
    id      bigint generated always as identity primary key,
    at      timestamptz not null,
    actor   text        not null,
    roles   text        not null,
    action  text        not null,
    -- Code of the request, or what else it was done to.
    subject text,
    policy  text        not null,
    address text,
    -- Sealed: people write it.
    reason  text
);
create index if not exists entry_subject on audit.entry (subject, id);
create index if not exists entry_actor on audit.entry (actor, id);

-- The chain: each hash is of the one before and of its entry, so that nothing can be changed, left out or put in another place without breaking all that follow.
create table if not exists audit.seal (
    number bigint primary key,
    entry  bigint not null unique,
    hash   bytea  not null
);

-- Where the chain begins after a database administrator has cut off what was kept long enough.
create table if not exists audit.cut (
    number bigint primary key,
    hash   bytea       not null,
    at     timestamptz not null default now()
);

/* For the administrator: select audit.forget(now() - interval '3 years'). */
create or replace function audit.forget(before timestamptz) returns bigint language plpgsql as $$
declare
    final audit.seal;
begin
    select s.* into final from audit.seal s join audit.entry e on e.id = s.entry where e.at < before order by s.number desc limit 1;
    if final.number is null then
        return 0;
    end if;
    insert into audit.cut (number, hash) values (final.number, final.hash);
    delete from audit.entry where id in (select entry from audit.seal where number <= final.number);
    delete from audit.seal where number <= final.number;
    return final.number;
end $$;

alter table audit.entry owner to liudan_audit;
alter table audit.seal owner to liudan_audit;
alter table audit.cut owner to liudan_audit;
alter function audit.forget(timestamptz) owner to liudan_audit;
revoke all on function audit.forget(timestamptz) from public;
grant usage on schema audit to liudan;
grant select, insert on audit.entry, audit.seal to liudan;
grant select on audit.cut to liudan;
