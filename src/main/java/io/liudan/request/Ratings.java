package io.liudan.request;

import io.liudan.identity.Actor;
import io.liudan.matter.EventLog;
import io.liudan.matter.MatterCodes;
import io.liudan.matter.MatterEvents;
import io.liudan.matter.MatterMoves;
import io.liudan.matter.MatterTexts;
import io.liudan.problem.Problem;
import java.sql.Types;
import java.util.Map;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** What residents say at the end of their requests. */
@Service
class Ratings {

    /** The field that keeps a rating's words. */
    static final String COMMENT = "rating.comment";

    private final JdbcClient jdbc;
    private final EventLog events;
    private final MatterTexts texts;
    private final MatterMoves moves;
    private final ApplicationEventPublisher publisher;

    Ratings(
            JdbcClient jdbc,
            EventLog events,
            MatterTexts texts,
            MatterMoves moves,
            ApplicationEventPublisher publisher) {
        this.jdbc = jdbc;
        this.events = events;
        this.texts = texts;
        this.moves = moves;
        this.publisher = publisher;
    }

    /** @throws Problem 409 while it isn't to be rated, or by whoever worked on it */
    void rate(Actor actor, String code, Rating rating) {
        moves.own(actor, code, own -> {
            if (Status.valueOf(own.status()) != Status.HANDLED) {
                throw Problem.conflict("not-ratable-now");
            }
            if (events.decidedBy(code, actor.username())) {
                throw Problem.conflict("rating-own-work");
            }
            // What a desk says for somebody counts like what it was told on the phone.
            rated(code, rating, own.byReporter() ? Rating.By.RESIDENT : Rating.By.FOLLOW_UP, actor.username());
            publisher.publishEvent(new MatterEvents.Moved(
                    code, "resident-rated", Map.of("solved", rating.solved()), "not-ratable-now"));
        });
    }

    /** In the caller's transaction. */
    void rated(String code, Rating rating, Rating.By by, String actor) {
        jdbc.sql("""
                insert into request (matter_id, rated, contacted, solved, satisfied) values (:matter, :by, :contacted, :solved, :satisfied)
                on conflict (matter_id) do update set rated = excluded.rated, contacted = excluded.contacted, solved = excluded.solved,
                    satisfied = excluded.satisfied""")
                .param("matter", MatterCodes.number(code))
                .param("by", by.name())
                .param("contacted", rating.contacted(), Types.BOOLEAN)
                .param("solved", rating.solved(), Types.BOOLEAN)
                .param("satisfied", rating.satisfied(), Types.SMALLINT)
                .update();
        texts.keep(code, COMMENT, false, rating.comment());
        events.append(
                code,
                "rated",
                actor,
                null,
                Map.of(
                        "by",
                        by.name(),
                        "contacted",
                        rating.contacted(),
                        "solved",
                        rating.solved(),
                        "satisfied",
                        rating.satisfied()));
    }

    /** Who could have rated and didn't counts as silent; in the caller's transaction. */
    void silent(String code) {
        jdbc.sql("""
                insert into request (matter_id, rated) values (?, 'NONE')
                on conflict (matter_id) do update set rated = coalesce(request.rated, 'NONE')""").param(MatterCodes.number(code)).update();
    }
}
