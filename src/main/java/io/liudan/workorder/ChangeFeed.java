package io.liudan.workorder;

import java.time.Clock;
import java.util.List;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The order in which a department's system reads what became of its work orders. A change gets its number when somebody
 * asks for the department's changes and finds it committed; so numbers grow in the order of reading, and no transaction
 * that is open anywhere holds a reader up.
 *
 * <p>A cursor is {@code <epoch>-<number>}. An epoch begins with each start of a node, at the number that had been given
 * last. A copy that was restored from a backup doesn't know the epochs that began after the backup: for their cursors
 * it goes on at the beginning of its own first epoch after that, which is where the backup ended. What a reader had
 * been told in between is told again where it still holds.
 */
@Component
class ChangeFeed {

    /** Epochs are milliseconds; cursors from before have the small number of a transaction there. */
    private static final long FIRST_EPOCH = 1_000_000_000_000L;

    private final JdbcClient jdbc;
    private final Clock clock;

    ChangeFeed(JdbcClient jdbc) {
        this.jdbc = jdbc;
        // Not the hub's own clock, which the demo moves.
        this.clock = Clock.systemUTC();
    }

    @EventListener(ApplicationStartedEvent.class)
    @Transactional
    void begin() {
        jdbc.sql("""
                insert into feed_epoch (id, begins)
                select greatest(?, coalesce(max(id), 0) + 1), (select coalesce(max(feed), 0) from work_order_change)
                from feed_epoch on conflict do nothing""").param(clock.millis()).update();
    }

    /** Numbers what is committed and has no number yet. Readers of one department take turns. */
    @Transactional(propagation = Propagation.MANDATORY)
    void number(String department) {
        boolean nothing = jdbc.sql("select 1 from work_order_change where department = ? and feed is null limit 1")
                .param(department)
                .query()
                .listOfRows()
                .isEmpty();
        if (nothing) {
            return;
        }
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended('work-order-feed', 0))")
                .query((row, n) -> 0)
                .list();
        // After the lock, so that what another reader numbered meanwhile is seen.
        List<Long> fresh = jdbc.sql(
                        "select id from work_order_change where department = ? and feed is null order by id")
                .param(department)
                .query(Long.class)
                .list();
        fresh.forEach(id -> jdbc.sql("update work_order_change set feed = nextval('work_order_feed') where id = ?")
                .param(id)
                .update());
    }

    /** The number behind which a reader with this cursor goes on; {@code null} stands for the beginning. */
    long after(String department, String cursor) {
        if (cursor == null) {
            return 0;
        }
        String[] parts = cursor.split("-");
        long epoch = Long.parseLong(parts[0]);
        long number = Long.parseLong(parts[1]);
        if (epoch < FIRST_EPOCH) {
            return jdbc.sql(
                            "select coalesce(max(feed), 0) from work_order_change where department = ? and (tx, id) <= (?::text::xid8, ?)")
                    .params(department, parts[0], number)
                    .query(Long.class)
                    .single();
        }
        boolean known = !jdbc.sql("select 1 from feed_epoch where id = ?")
                .param(epoch)
                .query()
                .listOfRows()
                .isEmpty();
        return known
                ? number
                : Math.min(
                        number,
                        jdbc.sql("select coalesce(min(begins), 0) from feed_epoch where id > ?")
                                .param(epoch)
                                .query(Long.class)
                                .single());
    }

    /** With which cursors begin that are given now. */
    long epoch() {
        return jdbc.sql("select max(id) from feed_epoch").query(Long.class).single();
    }
}
