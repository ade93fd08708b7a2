package io.liudan.request;

import io.liudan.household.Households;
import io.liudan.identity.Actor;
import io.liudan.identity.Actor.Role;
import io.liudan.problem.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Who may see which requests. One rule decides about one request and filters the list of them; whom no rule lets see a
 * request doesn't learn that it is there.
 */
@Component
class RequestPolicy {

    /** A condition on {@code service_request r}, as arrays, so that either side of it finds its index. */
    static final String MINE = "(r.reporter = :me or r.reporter = " + Households.KEPT + ")";

    /** What lets somebody see a request; the first that holds tells how much of it they see. */
    enum Sight {
        /** One of the reader's desks has had a part in it. */
        DESK(
                "exists (select 1 from request_desk d where d.request_id = r.id and d.desk in (:desks))",
                "r.id in (select request_id from request_desk where desk in (:desks))",
                actor -> !actor.desks().isEmpty()),
        /** The reader filed it, or keeps the account of whom it is. */
        OWN(MINE, MINE, actor -> true),
        /** The reader supervises the city. */
        SUPERVISION("true", "true", actor -> actor.is(Role.SUPERVISOR)),
        /**
         * The reader follows it, or it took in one of the reader's own: sees it without the words of those whom it
         * concerns.
         */
        FOLLOWER(
                "exists (select 1 from request_follower f where f.request_code = r.code and f.follower = :me)",
                "r.code = any (array (select request_code from request_follower where follower = :me))",
                actor -> true);

        private final String ofOne;
        private final String ofMany;
        private final Predicate<Actor> open;

        /** @param ofOne and {@code ofMany} the same condition, as each is quick */
        Sight(String ofOne, String ofMany, Predicate<Actor> open) {
            this.ofOne = ofOne;
            this.ofMany = ofMany;
            this.open = open;
        }

        /** Whether the reader is there to work on it. */
        boolean official() {
            return this == DESK || this == SUPERVISION;
        }

        /** Its name in the audit log. */
        String policy() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final JdbcClient jdbc;

    RequestPolicy(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @throws Problem 404 when there is no such request or the actor may not know of it */
    Sight require(Actor actor, String code) {
        return sight(actor, code).orElseThrow(() -> Problem.notFound("no-such-request", code));
    }

    /** @throws Problem 404 when the actor isn't there to work on it */
    Sight requireOfficial(Actor actor, String code) {
        return sight(actor, code).filter(Sight::official).orElseThrow(() -> Problem.notFound("no-such-request", code));
    }

    private Optional<Sight> sight(Actor actor, String code) {
        String cases = Arrays.stream(Sight.values())
                .filter(sight -> sight.open.test(actor))
                .map(sight -> "when " + sight.ofOne + " then '" + sight + "'")
                .collect(Collectors.joining(" "));
        return jdbc
                .sql("select case " + cases + " end from service_request r where r.code = :code")
                .params(parameters(actor))
                .param("code", code)
                .query((row, n) -> Optional.ofNullable(row.getString(1)).map(Sight::valueOf))
                .list()
                .stream()
                .findFirst()
                .flatMap(found -> found);
    }

    /**
     * A condition on {@code service_request r}, of the parameters {@link #parameters}.
     *
     * @param mine one's own and those one follows; else those one works on, and for whoever works on none, one's own
     *     again
     */
    static String condition(Actor actor, boolean mine) {
        Sight work = Sight.SUPERVISION.open.test(actor)
                ? Sight.SUPERVISION
                : Sight.DESK.open.test(actor) ? Sight.DESK : null;
        // Beside the desks' requests, one's own would cost the list its index.
        return mine || work == null ? "(" + Sight.OWN.ofMany + " or " + Sight.FOLLOWER.ofMany + ")" : work.ofMany;
    }

    static Map<String, Object> parameters(Actor actor) {
        return Map.of("me", actor.username(), "desks", actor.desks().isEmpty() ? List.of("") : actor.desks());
    }
}
