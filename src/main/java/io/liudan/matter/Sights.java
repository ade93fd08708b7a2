package io.liudan.matter;

import io.liudan.household.Households;
import io.liudan.identity.Actor;
import io.liudan.identity.Actor.Role;
import io.liudan.matter.Kind.Level;
import io.liudan.matter.Kind.Relation;
import io.liudan.problem.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Who may see which matters, by what the newest version of each kind says. One rule decides about one matter and
 * filters the list of them; whom no rule lets see a matter doesn't learn that it is there.
 */
@Component
public class Sights {

    /** How each relation is asked for in SQL, of table {@code matter m}; either form uses its own index. */
    private enum Rule {
        DESK(
                "exists (select 1 from matter_desk d where d.matter_id = m.id and d.desk in (:desks))",
                "m.id in (select matter_id from matter_desk where desk in (:desks))",
                actor -> !actor.desks().isEmpty()),
        REPORTER("m.reporter = :me", "m.reporter = :me", actor -> true),
        KEPT("m.reporter = " + Households.KEPT, "m.reporter = " + Households.KEPT, actor -> !actor.desks()
                .isEmpty()),
        SUPERVISION("true", "true", actor -> actor.is(Role.SUPERVISOR)),
        FOLLOWER(
                "exists (select 1 from matter_follower f where f.matter_id = m.id and f.follower = :me)",
                "m.id = any (array (select matter_id from matter_follower where follower = :me))",
                actor -> true);

        private final String ofOne;
        private final String ofMany;
        private final Predicate<Actor> open;

        Rule(String ofOne, String ofMany, Predicate<Actor> open) {
            this.ofOne = ofOne;
            this.ofMany = ofMany;
            this.open = open;
        }

        static Rule of(Relation relation) {
            return valueOf(relation.name());
        }
    }

    /** Those of whom a matter is one's own. */
    private static final List<Relation> OWN = List.of(Relation.REPORTER, Relation.KEPT);

    private static final List<Relation> OWN_AND_FOLLOWED = List.of(Relation.REPORTER, Relation.KEPT, Relation.FOLLOWER);

    private final JdbcClient jdbc;
    private final Kinds kinds;

    Sights(JdbcClient jdbc, Kinds kinds) {
        this.jdbc = jdbc;
        this.kinds = kinds;
    }

    /**
     * How somebody sees a matter.
     *
     * @param kind the matter's
     * @param author whether the reader began it, and reads all of what they wrote, whatever else they are to it
     */
    public record Sight(Relation relation, Level level, String kind, boolean author) {

        /** Whether the reader is there to work on it. */
        public boolean official() {
            return relation == Relation.DESK || relation == Relation.SUPERVISION;
        }

        public boolean own() {
            return OWN.contains(relation);
        }

        /** Whether the reader sees the words of those whom it concerns. */
        boolean personal() {
            return level != Level.HEADLINE;
        }

        /** Its name in the audit log. */
        String policy() {
            return own() ? "own" : relation.name().toLowerCase(Locale.ROOT);
        }
    }

    /** @throws Problem 404 when there is no such matter or the actor may not know of it */
    public Sight require(Actor actor, String code) {
        return sight(actor, code).orElseThrow(() -> Problem.notFound("no-such-request", code));
    }

    /** @throws Problem 404 when the actor isn't there to work on it */
    public Sight requireOfficial(Actor actor, String code) {
        return sight(actor, code).filter(Sight::official).orElseThrow(() -> Problem.notFound("no-such-request", code));
    }

    /** The keys of the kinds that the actor sees because they supervise the city; none for anybody else. */
    public List<String> supervised(Actor actor) {
        return actor.is(Role.SUPERVISOR) ? granting(Relation.SUPERVISION, null) : List.of();
    }

    Optional<Sight> sight(Actor actor, String code) {
        Map<String, Object> params = parameters(actor);
        StringBuilder cases = new StringBuilder();
        for (Relation relation : Relation.values()) {
            Rule rule = Rule.of(relation);
            List<String> granting = granting(relation, null);
            if (rule.open.test(actor) && !granting.isEmpty()) {
                params.put(relation.name(), granting);
                cases.append(" when m.kind in (:%1$s) and %2$s then '%1$s'".formatted(relation, rule.ofOne));
            }
        }
        if (cases.isEmpty()) {
            return Optional.empty();
        }
        return jdbc
                .sql("select m.kind, m.reporter = :me as author, case" + cases
                        + " end as relation from matter m where m.id = :id")
                .params(params)
                .param("id", MatterCodes.number(code))
                .query((row, n) -> {
                    String kind = row.getString("kind");
                    boolean author = row.getBoolean("author");
                    return Optional.ofNullable(row.getString("relation"))
                            .map(Relation::valueOf)
                            .map(relation -> sight(relation, kind(kind), author));
                })
                .list()
                .stream()
                .findFirst()
                .flatMap(found -> found);
    }

    private static Sight sight(Relation relation, Kind kind, boolean author) {
        return new Sight(
                relation,
                kind.see().get(relation),
                kind.key(),
                author && kind.see().get(Relation.REPORTER) == Level.ALL);
    }

    private Kind kind(String key) {
        return kinds.find(key).orElseThrow(() -> new IllegalStateException("A matter is of no known kind: " + key));
    }

    private List<String> granting(Relation relation, Collection<String> among) {
        return kinds.keys(kind -> kind.see().containsKey(relation) && (among == null || among.contains(kind.key())));
    }

    /**
     * What a list shows to somebody.
     *
     * @param sql condition on {@code matter m}
     * @param params of it
     */
    record Condition(String sql, Map<String, Object> params) {}

    /**
     * The matters that somebody may see: those that they work on or supervise; for whoever works on none, or asks for
     * them, their own and those they follow. Beside the desks' matters, one's own would cost the list its index.
     *
     * @param among keys of the kinds that are asked for; {@code null} for all
     */
    Condition condition(Actor actor, boolean mine, Collection<String> among) {
        Map<String, Object> params = parameters(actor);
        Map<Relation, List<String>> work = new EnumMap<>(Relation.class);
        List<String> supervised = List.of();
        if (!mine && actor.is(Role.SUPERVISOR)) {
            supervised = granting(Relation.SUPERVISION, among);
            work.put(Relation.SUPERVISION, supervised);
        }
        if (!mine && Rule.DESK.open.test(actor)) {
            List<String> known = supervised;
            work.put(
                    Relation.DESK,
                    granting(Relation.DESK, among).stream()
                            .filter(kind -> !known.contains(kind))
                            .toList());
        }
        if (work.isEmpty()) {
            for (Relation relation : OWN_AND_FOLLOWED) {
                if (Rule.of(relation).open.test(actor)) {
                    work.put(relation, granting(relation, among));
                }
            }
        }
        List<String> either = new ArrayList<>();
        work.forEach((relation, granting) -> {
            if (!granting.isEmpty()) {
                params.put(relation.name(), granting);
                either.add("m.kind in (:%s) and %s".formatted(relation, Rule.of(relation).ofMany));
            }
        });
        return new Condition(either.isEmpty() ? "false" : "(" + String.join(" or ", either) + ")", params);
    }

    /** A condition on {@code matter m} that one of these relations holds, of the parameters {@link #parameters}. */
    static String holds(Collection<Relation> relations) {
        return relations.stream()
                .map(relation -> Rule.of(relation).ofOne)
                .reduce((one, other) -> one + " or " + other)
                .map(either -> "(" + either + ")")
                .orElse("false");
    }

    static Map<String, Object> parameters(Actor actor) {
        return new HashMap<>(
                Map.of("me", actor.username(), "desks", actor.desks().isEmpty() ? List.of("") : actor.desks()));
    }
}
