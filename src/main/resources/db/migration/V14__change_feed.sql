-- The change feed of departments' systems has numbers of its own, given when a reader asks, to what is committed by then: they
-- grow in the order in which readers see changes, whatever transactions are open elsewhere, and they mean the same in a
-- restored copy. (Before: the number of the transaction, which only means something in its own cluster.)
create sequence work_order_feed;
alter table work_order_change add feed bigint unique;
update work_order_change c set feed = numbered.n
    from (select id, row_number() over (order by tx, id) as n from work_order_change) numbered where c.id = numbered.id;
select setval('work_order_feed', coalesce((select max(feed) from work_order_change), 1), exists (select from work_order_change));
-- Kept for cursors that readers were given before; new rows have none.
alter table work_order_change alter tx drop not null, alter tx drop default;
create index work_order_change_numbered on work_order_change (department, feed);
create index work_order_change_unnumbered on work_order_change (department, id) where feed is null;

-- Each start of a node begins an epoch. A restored copy doesn't know the epochs that began after it was taken; whoever comes with a
-- cursor of one of them goes on from where the copy ended.
create table feed_epoch (
    id     bigint primary key,
    begins bigint not null
);
