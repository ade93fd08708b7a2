package io.liudan.request;

import io.liudan.identity.Actor;
import io.liudan.matter.EventLog;
import io.liudan.matter.MatterEvents;
import io.liudan.matter.MatterMoves;
import io.liudan.problem.Problem;
import java.util.Map;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;

/** What residents do with requests of their own, beside rating them. */
@Service
class RequestMoves {

    private static final int TEXT_LIMIT = 4000;
    private static final int SUPPLEMENTS = 20;

    private final EventLog events;
    private final MatterMoves moves;
    private final ApplicationEventPublisher publisher;

    RequestMoves(EventLog events, MatterMoves moves, ApplicationEventPublisher publisher) {
        this.events = events;
        this.moves = moves;
        this.publisher = publisher;
    }

    void withdraw(Actor actor, String code, String reason) {
        moves.own(actor, code, own -> {
            if (!Status.valueOf(own.status()).withdrawable()) {
                throw Problem.conflict("not-withdrawable-now");
            }
            events.append(
                    code,
                    "withdrawn",
                    actor.username(),
                    null,
                    reason == null ? Map.of() : Map.of("reason", limited("reason", reason)));
            publisher.publishEvent(new MatterEvents.Moved(code, "resident-withdrew", Map.of(), "not-withdrawable-now"));
        });
    }

    /** Adds words to a request; when a desk had asked for them, its clock runs again. */
    void supplement(Actor actor, String code, String text) {
        moves.own(actor, code, own -> {
            if (Status.valueOf(own.status()) == Status.CLOSED) {
                throw Problem.conflict("closed");
            }
            if (text == null || text.isBlank()) {
                throw Problem.field("text", "required");
            }
            events.requireRoom(code, "supplemented", null, SUPPLEMENTS);
            events.append(code, "supplemented", actor.username(), null, Map.of("text", limited("text", text)));
            if (Status.valueOf(own.status()) == Status.AWAITING_RESIDENT) {
                publisher.publishEvent(
                        new MatterEvents.Moved(code, "resident-supplemented", Map.of(), "not-awaited-now"));
            }
        });
    }

    private static String limited(String field, String text) {
        if (text.length() > TEXT_LIMIT) {
            throw Problem.field(field, "too-long", TEXT_LIMIT);
        }
        return text.strip();
    }
}
