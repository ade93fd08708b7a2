package io.liudan.benchmark;

import static org.awaitility.Awaitility.await;

import io.liudan.Api;
import io.liudan.replay.Tally;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Figures at 10,000 and 1,000,000 closed requests of one year: filled with their steps and work orders, counted by the
 * hub's own roll-up, asked for over HTTP.
 */
class ClosedRequests {

    private static final int WARM = 20;
    private static final int CALLS = 50;
    private static final Map<String, String> QUESTIONS = Map.of(
            "city, a year",
            "?from=2025-01-03&to=2025-12-30",
            "city by unit, a year",
            "?by=UNIT&from=2025-01-03&to=2025-12-30",
            "city by category, a year",
            "?by=CATEGORY&from=2025-01-03&to=2025-12-30",
            "a street by community",
            "?by=UNIT&unit=622901001&from=2025-01-03&to=2025-12-30",
            "a department, a month",
            "?unit=cgj&from=2025-06-01&to=2025-06-30");

    private final JdbcClient jdbc;
    private final Api api;

    ClosedRequests(String jdbcUrl, Api api) {
        this.jdbc = JdbcClient.create(new DriverManagerDataSource(jdbcUrl, "postgres", "postgres"));
        this.api = api;
    }

    void measure() {
        Tally[] tallies = {new Tally(), new Tally()};
        long[] sizes = {10_000, 1_000_000};
        double seconds = 0;
        for (int i = 0; i < sizes.length; i++) {
            fill(i == 0 ? 0 : sizes[i - 1], sizes[i]);
            long start = System.nanoTime();
            await().atMost(Duration.ofHours(2))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> jdbc.sql("select count(*) from figure_pending")
                                    .query(Long.class)
                                    .single()
                            == 0);
            seconds = (System.nanoTime() - start) / 1e9;
            jdbc.sql("vacuum analyze").update();
            for (int n = 0; n < WARM + CALLS; n++) {
                Tally tally = n < WARM ? new Tally() : tallies[i];
                QUESTIONS.forEach((name, query) -> {
                    long asked = System.nanoTime();
                    int status =
                            api.get("supervisor", "/api/v1/figures" + query).status();
                    tally.took(name, System.nanoTime() - asked);
                    if (status != 200) {
                        throw new IllegalStateException(name + " was answered with " + status);
                    }
                });
            }
        }
        System.out.printf(
                "%n  Figures: p95 ms at closed requests       10,000    1,000,000   growth   (%.0f requests a second counted)%n",
                (sizes[1] - sizes[0]) / seconds);
        for (String question : QUESTIONS.keySet().stream().sorted().toList()) {
            double few = tallies[0].quantile(question, 0.95);
            double many = tallies[1].quantile(question, 0.95);
            System.out.printf("    %-36s %12.1f %12.1f %8.2f%n", question, few, many, many / few);
        }
    }

    /**
     * Requests of all streets, communities, lead departments and categories there are, over all days of 2025; one in
     * ten is late, one in five isn't rated.
     */
    private void fill(long from, long to) {
        String[] units = api.get("supervisor", "/api/v1/directory/org-units").body().findParents("answers").stream()
                .filter(unit -> unit.path("answers").asBoolean())
                .map(unit -> unit.path("code").asText())
                .toArray(String[]::new);
        String[] grids = api.get("supervisor", "/api/v1/directory/grids")
                .body()
                .findValuesAsText("code")
                .toArray(String[]::new);
        String[] categories = api.get("supervisor", "/api/v1/directory/categories")
                .body()
                .findValuesAsText("code")
                .toArray(String[]::new);
        String closed = "timestamptz '2025-01-01 02:00Z' + (n - :from - 1) * 365 / (:to - :from) * interval '1 day'";
        run("""
                insert into matter (id, code, kind, kind_version, category, title, grid_code, street_code, community_code, channel, reporter, anonymous, status, outcome, lead, created_at, updated_at, closed_at)
                select 1000000000 + n, (1000000000 + n) || 'f', 'six-orders', 1, (array[:categories])[1 + n %% :categoryCount], 't', g, substr(g, 1, 9), substr(g, 1, 12), 'API', 'resident1', false, 'CLOSED', 'SOLVED',
                    (array[:units])[1 + n * 31 %% :unitCount],
                    %1$s - interval '3 days', %1$s, %1$s
                from (select n, (array[:grids])[1 + n * 17 %% :gridCount] as g from generate_series(:from + 1, :to) n) x""".formatted(closed), from, to, units, grids, categories);
        run("""
                insert into request (matter_id, rated, contacted, solved, satisfied)
                select 1000000000 + n, case when n % 5 = 0 then 'NONE' else 'RESIDENT' end, n % 7 > 0, n % 6 > 0, 1 + n % 5
                from generate_series(:from + 1, :to) n""", from, to, units, grids, categories);
        run("""
                insert into step (task_id, matter_id, step, name, desk, category, started_at, due_at, ended_at, provisional, cards, card_at)
                select 'f' || n || k.step, 1000000000 + n, k.step, k.step, k.prefix || case k.prefix when 'grid-' then r.grid_code when 'community-' then r.community_code
                    when 'street-' then r.street_code else r.lead end, r.category, r.closed_at - k.ago * interval '1 hour', r.closed_at - (k.ago - 20) * interval '1 hour',
                    r.closed_at - (k.ago - case when n % 10 = 0 then 22 else 8 end) * interval '1 hour', false, '{}', '{}'
                from generate_series(:from + 1, :to) n join matter r on r.id = 1000000000 + n,
                    (values ('verify', 'grid-', 70), ('issue', 'community-', 60), ('dispatch', 'street-', 50), ('accept', 'dept-', 40), ('handle', 'dept-', 30)) k(step, prefix, ago)""", from, to, units, grids, categories);
        jdbc.sql(
                        "insert into work_order (matter_id, code, round, department, role, status, issued_at) select id, code, 1, lead, 'LEAD', 'FINISHED', closed_at from matter where code like '%f'"
                                + " on conflict do nothing")
                .update();
        jdbc.sql("analyze matter").update();
        jdbc.sql("analyze step").update();
        jdbc.sql("analyze work_order").update();
        run(
                "insert into figure_pending select 1000000000 + n from generate_series(:from + 1, :to) n",
                from,
                to,
                units,
                grids,
                categories);
    }

    private void run(String sql, long from, long to, String[] units, String[] grids, String[] categories) {
        jdbc.sql(sql)
                .param("from", from)
                .param("to", to)
                .param("units", List.of(units))
                .param("unitCount", units.length)
                .param("grids", List.of(grids))
                .param("gridCount", grids.length)
                .param("categories", List.of(categories))
                .param("categoryCount", categories.length)
                .update();
    }
}
