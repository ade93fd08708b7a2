package io.liudan.benchmark;

import io.liudan.RealmAdmin;
import io.liudan.WebSession;
import io.liudan.replay.Tally;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * How soon the Tasklist finds somebody among 50,000 colleagues in the hub's local directory, and how soon Keycloak
 * finds the same among as many accounts, as its identity plugin would ask it.
 */
class PeopleSearch {

    private static final int PEOPLE = 50_000;
    private static final int WARM = 100;
    private static final int CALLS = 300;
    private static final String USERS =
            "/camunda/api/engine/engine/default/user?firstResult=0&maxResults=15&firstNameLike=";
    /** Names that many have, and such that one has. */
    private static final List<String> ASKED = List.of("马", "志强", "王晓梅", "王晓梅31234", "没有此人");

    private final JdbcClient hub;
    private final JdbcClient keycloak;
    private final RealmAdmin admin;
    private final WebSession tasklist;

    PeopleSearch(String server, String hub, String realm) {
        this.hub = JdbcClient.create(new DriverManagerDataSource(server + "liudan", "postgres", "postgres"));
        this.keycloak = JdbcClient.create(new DriverManagerDataSource(server + "keycloak", "postgres", "postgres"));
        this.admin = new RealmAdmin(realm);
        this.tasklist = new WebSession(hub);
        tasklist.signIn("street1");
    }

    void measure() {
        String names =
                "(array['马','王','张','李','赵','陈','杨'])[1 + n % 7] || (array['晓梅','建军','玉兰','志强','文秀','海龙','丽娟','国栋','春燕'])[1 + n / 7 % 9] || n";
        hub.sql(
                        "insert into person (username, subject, name, roles, desks, seen_at) select 'colleague' || n, 'subject' || n, "
                                + names + ", array['STAFF'], array['dept-cgj'], now() from generate_series(1, ?) n")
                .param(PEOPLE)
                .update();
        hub.sql("analyze person").update();
        keycloak.sql("""
                insert into user_entity (id, email_verified, enabled, first_name, last_name, realm_id, username, created_timestamp, not_before)
                select 'benchmark-' || n, true, true, '', %s, (select id from realm where name = 'liudan'), 'colleague' || n, 0, 0 from generate_series(1, ?) n""".formatted(names)).param(PEOPLE).update();
        keycloak.sql("analyze user_entity").update();
        System.out.printf(
                "%n  Finding a colleague among %,d: p95 ms of %d calls%n    %-16s %10s %10s %8s%n",
                PEOPLE, CALLS, "asked for", "Tasklist", "Keycloak", "ratio");
        for (String name : ASKED) {
            Tally tally = new Tally();
            for (int i = -WARM; i < CALLS; i++) {
                Tally counted = i < 0 ? new Tally() : tally;
                long start = System.nanoTime();
                if (tasklist.send("GET", USERS + encoded("%" + name + "%"), null, Map.of())
                                .statusCode()
                        != 200) {
                    throw new IllegalStateException("The Tasklist's search failed");
                }
                counted.took("hub", System.nanoTime() - start);
            }
            for (int i = -WARM / 2; i < CALLS / 2; i++) {
                Tally counted = i < 0 ? new Tally() : tally;
                counted.took("keycloak", admin.timed("/users?first=0&max=15&search=" + encoded("*" + name + "*")));
            }
            System.out.printf(
                    "    %-16s %10.1f %10.1f %8.1f%n",
                    name,
                    tally.quantile("hub", 0.95),
                    tally.quantile("keycloak", 0.95),
                    tally.quantile("keycloak", 0.95) / tally.quantile("hub", 0.95));
        }
        hub.sql("delete from person where username like 'colleague%'").update();
        keycloak.sql("delete from user_entity where id like 'benchmark-%'").update();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
