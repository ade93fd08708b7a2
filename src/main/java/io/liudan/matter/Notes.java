package io.liudan.matter;

import io.liudan.identity.Actor;
import io.liudan.problem.Problem;
import java.util.Map;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** What the desks of a matter tell each other about it; residents never see it. */
@Service
public class Notes {

    /** Part of the event's type. */
    static final String COMMENTED = "commented";

    private static final int TEXT_LIMIT = 2000;
    private static final int NOTES = 200;

    private final MatterBriefs briefs;
    private final EventLog events;
    private final Sights policy;

    Notes(MatterBriefs briefs, EventLog events, Sights policy) {
        this.briefs = briefs;
        this.events = events;
        this.policy = policy;
    }

    /** @throws Problem 404 when the actor is not there to work on the matter */
    @Transactional
    public void add(Actor actor, String code, String text) {
        policy.requireOfficial(actor, code);
        if (text == null || text.isBlank()) {
            throw Problem.field("text", "required");
        }
        if (text.length() > TEXT_LIMIT) {
            throw Problem.field("text", "too-long", TEXT_LIMIT);
        }
        String desk = briefs.deskAmong(code, actor.desks())
                .orElse(actor.desks().stream().findFirst().orElse(null));
        events.requireRoom(code, COMMENTED, null, NOTES);
        events.append(code, COMMENTED, actor.username(), desk, Map.of("text", text.strip()));
    }
}
