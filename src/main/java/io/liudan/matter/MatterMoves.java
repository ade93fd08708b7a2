package io.liudan.matter;

import io.liudan.identity.Actor;
import io.liudan.matter.Kind.Relation;
import io.liudan.problem.Problem;
import java.sql.Timestamp;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What people do to running matters beside the desks' decisions. Each move locks the matter, so it can't race a desk's;
 * where a timer of its process was at it in the same moment, the move is made again.
 */
@Service
public class MatterMoves {

    private static final int TRIES = 8;
    private static final List<Relation> OWN = List.of(Relation.REPORTER, Relation.KEPT);

    private final JdbcClient jdbc;
    private final EventLog events;
    private final Kinds kinds;
    private final ApplicationEventPublisher publisher;
    private final TransactionTemplate transaction;

    MatterMoves(
            JdbcClient jdbc,
            EventLog events,
            Kinds kinds,
            ApplicationEventPublisher publisher,
            PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.events = events;
        this.kinds = kinds;
        this.publisher = publisher;
        this.transaction = new TransactionTemplate(transactions);
    }

    /**
     * A matter whose row is locked.
     *
     * @param byReporter whether the actor began it
     */
    public record Held(String kind, int version, String status, boolean byReporter) {}

    /**
     * Makes a move on a matter that is the actor's own, or of somebody whose account they keep.
     *
     * @param made is handed the matter with its row locked
     * @throws Problem 404 when it isn't theirs, 409 when the process is too busy with it
     */
    public void own(Actor actor, String code, Consumer<Held> made) {
        move(() -> made.accept(locked(actor, code, OWN)));
    }

    /** Once in a span that the limits name; whoever counts them refuses by a {@link Problem}. */
    public void urge(Actor actor, String code) {
        own(actor, code, held -> {
            if (held.status().equals(Kind.CLOSED)) {
                throw Problem.conflict("closed");
            }
            long number = MatterCodes.number(code);
            Optional<Timestamp> before = jdbc.sql("select urged_at from matter where id = ?")
                    .param(number)
                    .query((row, n) -> Optional.ofNullable(row.getTimestamp(1)))
                    .single();
            publisher.publishEvent(new MatterEvents.Urged(
                    code, held.kind(), before.map(Timestamp::toInstant).orElse(null)));
            jdbc.sql("update matter set urged = urged + 1, urged_at = :now, updated_at = :now where id = :id")
                    .param("now", events.now())
                    .param("id", number)
                    .update();
            events.append(code, "urged", actor.username(), null, Map.of());
        });
    }

    /** @throws Problem 404 when there is no such matter of a kind that can be followed */
    public void follow(Actor actor, String code) {
        List<String> followed = kinds.keys(kind -> kind.see().containsKey(Relation.FOLLOWER));
        int known = jdbc.sql("""
                insert into matter_follower (matter_id, follower, since)
                select id, :me, :now::timestamptz from matter where id = :id and kind in (:kinds)
                on conflict (matter_id, follower) do update set since = matter_follower.since""")
                .param("me", actor.username())
                .param("now", events.now())
                .param("id", MatterCodes.number(code))
                .param("kinds", followed.isEmpty() ? List.of("") : followed)
                .update();
        if (known == 0) {
            throw Problem.notFound("no-such-request", code);
        }
    }

    /** Whoever began or followed the one follows the other one from now on; in the caller's transaction. */
    public void handFollowers(String code, String into) {
        jdbc.sql("""
                insert into matter_follower (matter_id, follower, since)
                select :into, reporter, :now::timestamptz from matter where id = :from
                union select :into, follower, :now::timestamptz from matter_follower where matter_id = :from
                on conflict do nothing""")
                .param("into", MatterCodes.number(into))
                .param("from", MatterCodes.number(code))
                .param("now", events.now())
                .update();
    }

    void move(Runnable made) {
        for (int attempt = 1; ; attempt++) {
            try {
                transaction.executeWithoutResult(status -> made.run());
                return;
            } catch (OptimisticLockingFailureException e) {
                if (attempt == TRIES) {
                    throw Problem.conflict("request-busy");
                }
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(5_000_000L * attempt));
            }
        }
    }

    /** @throws Problem 404 when the actor has none of these relations to the matter */
    void requireOneOf(Actor actor, String code, Collection<Relation> relations) {
        boolean none = jdbc.sql("select 1 from matter m where id = :id and " + Sights.holds(relations))
                .params(Sights.parameters(actor))
                .param("id", MatterCodes.number(code))
                .query()
                .listOfRows()
                .isEmpty();
        if (none) {
            throw Problem.notFound("no-such-request", code);
        }
    }

    /** A matter to which the actor has one of these relations, with its row locked. */
    Held locked(Actor actor, String code, Collection<Relation> relations) {
        return jdbc.sql("select kind, kind_version, status, reporter = :me as own from matter m where id = :id and "
                        + Sights.holds(relations) + " for update")
                .params(Sights.parameters(actor))
                .param("id", MatterCodes.number(code))
                .query((row, n) -> new Held(
                        row.getString("kind"),
                        row.getInt("kind_version"),
                        row.getString("status"),
                        row.getBoolean("own")))
                .optional()
                .orElseThrow(() -> Problem.notFound("no-such-request", code));
    }
}
