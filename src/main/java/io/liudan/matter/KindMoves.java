package io.liudan.matter;

import io.liudan.identity.Actor;
import io.liudan.problem.Problem;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;

/** The moves that a kind's manifest declares: noted in the event log, and handed to the process as a message. */
@Service
class KindMoves {

    /** Nobody makes a matter longer without end. */
    private static final int MOST = 50;

    private final Kinds kinds;
    private final Sights sights;
    private final MatterForms forms;
    private final MatterMoves moves;
    private final EventLog events;
    private final ApplicationEventPublisher publisher;
    private final KindModules modules;

    KindMoves(
            Kinds kinds,
            Sights sights,
            MatterForms forms,
            MatterMoves moves,
            EventLog events,
            ApplicationEventPublisher publisher,
            KindModules modules) {
        this.kinds = kinds;
        this.sights = sights;
        this.forms = forms;
        this.moves = moves;
        this.events = events;
        this.publisher = publisher;
        this.modules = modules;
    }

    /**
     * Makes a move.
     *
     * @param name as the manifest has it
     * @param body its fields
     * @throws Problem 404 when the actor sees no such matter or its kind has no such move, 409 when it isn't to be made
     *     now, 422 naming the fields
     */
    void make(Actor actor, String code, String name, Map<String, Object> body) {
        String key = sights.require(actor, code).kind();
        Kind kind = kinds.find(key).orElseThrow();
        Kind.Move move = kind.moves().get(name);
        if (move == null) {
            throw Problem.notFound("no-such-move", name);
        }
        moves.requireOneOf(actor, code, move.who());
        MatterForms.Filled filled = forms.move(move, code, actor, body);
        KindModule module = modules.of(key).orElse(null);
        if (module != null) {
            Map<String, Object> given = new LinkedHashMap<>(filled.values());
            given.putAll(filled.texts());
            module.moved(actor, code, name, given);
            return;
        }
        moves.move(() -> {
            MatterMoves.Held held = moves.locked(actor, code, move.who());
            boolean open = !held.status().equals(Kind.CLOSED)
                    && (move.from().isEmpty() || move.from().contains(held.status()));
            if (!open) {
                throw refused(move);
            }
            events.requireRoom(code, name, null, MOST);
            events.append(code, name, actor.username(), null, said(move, filled));
            if (move.message() != null) {
                publisher.publishEvent(new MatterEvents.Moved(
                        code, move.message(), filled.values(), move.optional() ? null : "move-not-now"));
            }
        });
    }

    private static Problem refused(Kind.Move move) {
        return Problem.conflict("move-not-now", move.name().zh());
    }

    private static Map<String, Object> said(Kind.Move move, MatterForms.Filled filled) {
        Map<String, Object> fields = new LinkedHashMap<>(filled.values());
        fields.putAll(filled.texts());
        if (fields.isEmpty()) {
            return Map.of();
        }
        Map<String, Object> labels = new LinkedHashMap<>();
        fields.keySet()
                .forEach(field ->
                        labels.put(field, move.fields().get(field).label().zh()));
        return Map.of("fields", fields, "labels", labels);
    }
}
