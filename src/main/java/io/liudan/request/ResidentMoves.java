package io.liudan.request;

import io.liudan.identity.Actor;
import io.liudan.problem.Problem;
import java.sql.Timestamp;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What residents do with requests of their own after filing them. Each move locks the request, so it can't race a
 * desk's; where a timer of its process was at it in the same moment, the move is made again.
 */
@Service
class ResidentMoves {

    private static final int TEXT_LIMIT = 4000;
    private static final int SUPPLEMENTS = 20;
    private static final int TRIES = 8;

    private final JdbcClient jdbc;
    private final EventLog events;
    private final RequestProgress progress;
    private final ApplicationEventPublisher publisher;
    private final TransactionTemplate transaction;

    ResidentMoves(
            JdbcClient jdbc,
            EventLog events,
            RequestProgress progress,
            ApplicationEventPublisher publisher,
            PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.events = events;
        this.progress = progress;
        this.publisher = publisher;
        this.transaction = new TransactionTemplate(transactions);
    }

    void rate(Actor actor, String code, Rating rating) {
        move(() -> {
            if (own(actor, code) != Status.HANDLED) {
                throw Problem.conflict("not-ratable-now");
            }
            boolean worked = jdbc.sql(
                            "select exists (select from request_event where request_code = ? and type = ? and actor = ?)")
                    .params(code, EventLog.TYPE_PREFIX + "decided", actor.username())
                    .query(Boolean.class)
                    .single();
            if (worked) {
                throw Problem.conflict("rating-own-work");
            }
            boolean own = jdbc.sql("select reporter = ? from service_request where code = ?")
                    .params(actor.username(), code)
                    .query(Boolean.class)
                    .single();
            // What a desk says for somebody counts like what it was told on the phone.
            progress.rated(code, rating, own ? Rating.By.RESIDENT : Rating.By.FOLLOW_UP, actor.username());
            publisher.publishEvent(new RequestEvents.Rated(code, rating.solved()));
        });
    }

    /** Once in a span that the limits name; whoever counts them refuses by a {@link Problem}. */
    void urge(Actor actor, String code) {
        move(() -> {
            if (own(actor, code) == Status.CLOSED) {
                throw Problem.conflict("closed");
            }
            Optional<Timestamp> before = jdbc.sql("select urged_at from service_request where code = ?")
                    .param(code)
                    .query((row, n) -> Optional.ofNullable(row.getTimestamp(1)))
                    .single();
            publisher.publishEvent(new RequestEvents.Urged(
                    code, before.map(Timestamp::toInstant).orElse(null)));
            jdbc.sql(
                            "update service_request set urged = urged + 1, urged_at = :now, updated_at = :now where code = :code")
                    .param("now", events.now())
                    .param("code", code)
                    .update();
            events.append(code, "urged", actor.username(), null, Map.of());
        });
    }

    void withdraw(Actor actor, String code, String reason) {
        move(() -> {
            if (!own(actor, code).withdrawable()) {
                throw Problem.conflict("not-withdrawable-now");
            }
            events.append(
                    code,
                    "withdrawn",
                    actor.username(),
                    null,
                    reason == null ? Map.of() : Map.of("reason", limited("reason", reason)));
            publisher.publishEvent(new RequestEvents.Withdrawn(code));
        });
    }

    /** Adds words to a request; when a desk had asked for them, its clock runs again. */
    void supplement(Actor actor, String code, String text) {
        move(() -> {
            Status status = own(actor, code);
            if (status == Status.CLOSED) {
                throw Problem.conflict("closed");
            }
            if (text == null || text.isBlank()) {
                throw Problem.field("text", "required");
            }
            events.requireRoom(code, "supplemented", null, SUPPLEMENTS);
            events.append(code, "supplemented", actor.username(), null, Map.of("text", limited("text", text)));
            if (status == Status.AWAITING_RESIDENT) {
                publisher.publishEvent(new RequestEvents.Supplemented(code));
            }
        });
    }

    void follow(Actor actor, String code) {
        if (jdbc.sql("select 1 from service_request where code = ?")
                .param(code)
                .query()
                .listOfRows()
                .isEmpty()) {
            throw Problem.notFound("no-such-request", code);
        }
        jdbc.sql("insert into request_follower (request_code, follower, since) values (?, ?, ?) on conflict do nothing")
                .params(code, actor.username(), events.now())
                .update();
    }

    private void move(Runnable made) {
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

    /** The status of the actor's own request, or of one of somebody whose account they keep, with its row locked. */
    private Status own(Actor actor, String code) {
        return jdbc.sql("select status from service_request r where code = :code and " + RequestPolicy.MINE
                        + " for update")
                .param("code", code)
                .params(RequestPolicy.parameters(actor))
                .query(String.class)
                .optional()
                .map(Status::valueOf)
                .orElseThrow(() -> Problem.notFound("no-such-request", code));
    }

    private static String limited(String field, String text) {
        if (text.length() > TEXT_LIMIT) {
            throw Problem.field(field, "too-long", TEXT_LIMIT);
        }
        return text.strip();
    }
}
