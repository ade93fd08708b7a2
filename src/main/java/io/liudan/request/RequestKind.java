package io.liudan.request;

import io.liudan.identity.Actor;
import io.liudan.matter.EventLog;
import io.liudan.matter.KindFields;
import io.liudan.matter.KindModule;
import io.liudan.matter.MatterEvents;
import io.liudan.problem.Problem;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** What a request has beside what every matter has: a rating, and that it can be merged into another. */
@Component
class RequestKind implements KindModule {

    /** A desk that has asked so often has to decide. */
    private static final int QUESTIONS = 10;

    private final Ratings ratings;
    private final Merging merging;
    private final RequestMoves moves;
    private final EventLog events;
    private final ObjectProvider<RequestReader> reader;

    RequestKind(
            Ratings ratings,
            Merging merging,
            RequestMoves moves,
            EventLog events,
            ObjectProvider<RequestReader> reader) {
        this.ratings = ratings;
        this.merging = merging;
        this.moves = moves;
        this.events = events;
        this.reader = reader;
    }

    @Override
    public String kind() {
        return Requests.KIND;
    }

    @Override
    public String events() {
        return "io.liudan.request.";
    }

    @Override
    public KindFields fields() {
        return Rating.FIELDS;
    }

    @Override
    public void decided(String code, String decision, Map<String, Object> fields) {
        if (fields.get("solved") instanceof Boolean) {
            ratings.rated(
                    code,
                    new Rating(
                            (Boolean) fields.get("contacted"),
                            (Boolean) fields.get("solved"),
                            (Integer) fields.get("satisfied"),
                            fields.get("comment") instanceof String comment ? comment : null),
                    Rating.By.FOLLOW_UP,
                    null);
        }
        if (fields.get("into") instanceof String into) {
            merging.merge(code, into);
        }
        if (fields.containsKey("question")) {
            events.requireRoom(code, "decided", decision, QUESTIONS);
        }
    }

    @Override
    public void moved(Actor actor, String code, String move, Map<String, Object> fields) {
        switch (move) {
            case "supplement" -> moves.supplement(actor, code, (String) fields.get("text"));
            case "withdraw" -> moves.withdraw(actor, code, (String) fields.get("reason"));
            case "rate" ->
                ratings.rate(
                        actor,
                        code,
                        new Rating(
                                (Boolean) fields.get("contacted"),
                                (Boolean) fields.get("solved"),
                                (Integer) fields.get("satisfied"),
                                (String) fields.get("comment")));
            default -> throw Problem.notFound("no-such-move", move);
        }
    }

    @Override
    public Object own(String code) {
        return reader.getObject().own(code);
    }

    private static boolean ratable(String outcome) {
        return outcome == null || Outcome.valueOf(outcome).ratable();
    }

    @EventListener
    void closed(MatterEvents.Closed matter) {
        if (matter.kind().equals(Requests.KIND) && ratable(matter.outcome())) {
            ratings.silent(matter.code());
        }
    }
}
