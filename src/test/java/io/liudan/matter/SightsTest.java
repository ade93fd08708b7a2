package io.liudan.matter;

import static org.assertj.core.api.Assertions.assertThat;

import io.liudan.HubTest;
import io.liudan.identity.Actor;
import io.liudan.matter.Kind.Relation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** One rule decides about one matter and about the list of them, whatever a manifest says of who sees it. */
class SightsTest extends HubTest {

    private static final int KINDS = 12;
    private static final int MATTERS = 200;
    private static final int READERS = 60;
    private static final List<String> PEOPLE = List.of("sight-a", "sight-b", "sight-c");
    private static final List<String> DESKS = List.of("dept-sight-1", "dept-sight-2", "dept-sight-3");

    @Autowired
    private Sights sights;

    @Autowired
    private Kinds kinds;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private TransactionTemplate transaction;

    private final Random random = new Random(20261127);

    @Test
    void what_a_list_shows_can_be_read_one_by_one_and_nothing_more() {
        List<String> keys =
                IntStream.range(0, KINDS).mapToObj(n -> "sight-" + n).toList();
        keys.forEach(key -> transaction.executeWithoutResult(status -> kinds.publish(manifest(key))));
        List<Long> numbers = transaction.execute(status -> IntStream.range(0, MATTERS)
                .mapToObj(n -> matter(keys.get(n % KINDS)))
                .toList());
        int listed = 0;
        int hidden = 0;
        for (int n = 0; n < READERS; n++) {
            Actor reader = reader();
            boolean mine = random.nextBoolean();
            Set<String> shown = listed(reader, mine, keys);
            for (long number : numbers) {
                String code = MatterCodes.of(number);
                boolean readable = sights.sight(reader, code).isPresent();
                if (shown.contains(code)) {
                    assertThat(readable)
                            .as("%s reads %s of its list", reader, code)
                            .isTrue();
                    listed++;
                } else if (!readable) {
                    hidden++;
                }
            }
            if (!mine && reader.is(Actor.Role.SUPERVISOR) && reader.desks().isEmpty()) {
                assertThat(shown)
                        .as("supervision sees what its kinds let it see")
                        .isEqualTo(supervised(numbers));
            }
        }
        assertThat(listed).as("lists show something").isGreaterThan(READERS);
        assertThat(hidden).as("and not everything").isGreaterThan(READERS);
    }

    private String manifest(String key) {
        Set<Relation> granted = EnumSet.of(Relation.DESK);
        for (Relation relation : Relation.values()) {
            if (random.nextBoolean()) {
                granted.add(relation);
            }
        }
        String see = granted.stream()
                .map(relation -> relation.name().toLowerCase() + ": "
                        + List.of("all", "masked", "headline").get(random.nextInt(3)))
                .collect(Collectors.joining(", "));
        return """
                kind: %s
                name: 试
                statuses: {OPEN: 在办, CLOSED: 办结}
                outcomes: {DONE: 完成}
                start: [staff]
                see: {%s}
                """.formatted(key, see);
    }

    private long matter(String kind) {
        long number =
                jdbc.sql("select nextval('matter_number')").query(Long.class).single();
        int version = kinds.newest(kind).orElseThrow().version();
        jdbc.sql("""
                insert into matter (id, code, kind, kind_version, title, channel, reporter, anonymous, status, created_at, updated_at)
                values (?, ?, ?, ?, '', 'test', ?, false, 'OPEN', now(), now())""")
                .params(number, MatterCodes.of(number), kind, version, PEOPLE.get(random.nextInt(PEOPLE.size())))
                .update();
        if (random.nextBoolean()) {
            jdbc.sql("insert into matter_desk (desk, matter_id) values (?, ?)")
                    .params(DESKS.get(random.nextInt(DESKS.size())), number)
                    .update();
        }
        if (random.nextInt(3) == 0) {
            jdbc.sql("insert into matter_follower (matter_id, follower, since) values (?, ?, now())")
                    .params(number, PEOPLE.get(random.nextInt(PEOPLE.size())))
                    .update();
        }
        return number;
    }

    private Actor reader() {
        Set<Actor.Role> roles = EnumSet.of(Actor.Role.RESIDENT);
        if (random.nextInt(3) == 0) {
            roles.add(Actor.Role.SUPERVISOR);
        }
        Set<String> desks =
                DESKS.stream().filter(desk -> random.nextInt(3) == 0).collect(Collectors.toSet());
        return new Actor(PEOPLE.get(random.nextInt(PEOPLE.size())), "读者", roles, desks);
    }

    private Set<String> listed(Actor reader, boolean mine, List<String> keys) {
        Sights.Condition condition = sights.condition(reader, mine, keys);
        return jdbc
                .sql("select m.code from matter m where " + condition.sql())
                .params(condition.params())
                .query(String.class)
                .list()
                .stream()
                .collect(Collectors.toSet());
    }

    private Set<String> supervised(List<Long> numbers) {
        List<String> open = new ArrayList<>(kinds.keys(kind -> kind.see().containsKey(Relation.SUPERVISION)));
        return numbers.stream()
                .filter(number -> open.contains(jdbc.sql("select kind from matter where id = ?")
                        .param(number)
                        .query(String.class)
                        .single()))
                .map(MatterCodes::of)
                .collect(Collectors.toSet());
    }

    @Test
    void a_reader_without_any_relation_learns_nothing() {
        Actor stranger = new Actor("sight-nobody", "路人", EnumSet.of(Actor.Role.RESIDENT), Set.of());
        transaction.executeWithoutResult(status -> kinds.publish(manifest("sight-alone")));
        long number = transaction.execute(status -> matter("sight-alone"));
        assertThat(sights.sight(stranger, MatterCodes.of(number))).isEmpty();
        assertThat(listed(stranger, false, List.of("sight-alone"))).isEmpty();
    }
}
