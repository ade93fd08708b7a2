package io.liudan.matter;

import io.liudan.directory.CityDirectory;
import io.liudan.directory.Coordinates;
import io.liudan.directory.Grid;
import io.liudan.identity.Vault;
import io.liudan.problem.Problem;
import java.time.Instant;
import java.time.Period;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/**
 * Likely duplicates, before somebody begins one more: open matters of the same kind, of the last weeks from the same
 * grid and those that touch it, by their words (pg_trgm over bigrams) and category. Measured on real messages in
 * {@code SimilarMattersTest}.
 */
@Service
public class SimilarMatters {

    private static final Period WINDOW = Period.ofDays(60);
    /** Words alone must be this alike; the same category counts for a little. */
    private static final double THRESHOLD = 0.12;

    private static final double SAME_CATEGORY = 0.05;
    private static final int LIMIT = 5;

    private final JdbcClient jdbc;
    private final CityDirectory city;
    private final EventLog events;
    private final Vault vault;

    SimilarMatters(JdbcClient jdbc, CityDirectory city, EventLog events, Vault vault) {
        this.jdbc = jdbc;
        this.city = city;
        this.events = events;
        this.vault = vault;
    }

    /**
     * @param likeness 0 to 1
     * @param code to follow it with
     */
    public record Similar(
            String code,
            String status,
            String category,
            String title,
            String gridCode,
            Instant createdAt,
            double likeness) {}

    /**
     * Likely duplicates of something that isn't there yet.
     *
     * @param kind of which they are
     * @param gridCode where it is, else {@code lat} and {@code lon} in {@code datum}
     */
    public List<Similar> find(
            String kind, String text, String category, String gridCode, Double lat, Double lon, String datum) {
        Grid grid = lat != null && lon != null
                ? city.locate(Places.datum("location.datum", datum).toWgs84(new Coordinates(lat, lon)))
                        .orElseThrow(() -> Problem.field("lat", "outside-city"))
                : city.grid(String.valueOf(gridCode))
                        .orElseThrow(() -> Problem.field(
                                "gridCode", gridCode == null ? "place-missing" : "unknown-grid", gridCode));
        return find(new Asked(kind, Bigrams.of(text), category, grid.code()), "");
    }

    /** Likely duplicates of a matter that is there, by its own words and place. */
    public List<Similar> of(String code) {
        return jdbc.sql("select kind, bigrams, category, grid_code from matter_search where matter_id = ?")
                .param(MatterCodes.number(code))
                .query((row, n) -> find(
                        new Asked(
                                row.getString("kind"),
                                row.getString("bigrams"),
                                row.getString("category"),
                                row.getString("grid_code")),
                        code))
                .optional()
                .orElseThrow(() -> Problem.notFound("no-such-request", code));
    }

    private record Asked(String kind, String words, String category, String gridCode) {}

    private List<Similar> find(Asked asked, String except) {
        return jdbc.sql("""
                select * from (
                    select r.code, r.status, r.category, r.headline, r.grid_code, r.created_at,
                        similarity(s.bigrams, :words) + case when s.category = :category then :bonus else 0 end as likeness
                    from matter_search s join matter r on r.id = s.matter_id
                    where s.open and s.kind = :kind and s.matter_id <> :except and s.grid_code in (:grids) and s.created_at > :since) c
                where likeness >= :threshold order by likeness desc, created_at desc limit :limit""")
                .param("kind", asked.kind())
                .param("words", asked.words())
                .param("category", String.valueOf(asked.category()))
                .param("bonus", SAME_CATEGORY)
                .param("grids", city.neighbourhood(asked.gridCode()))
                .param("except", MatterCodes.number(except))
                .param("since", events.now().minus(WINDOW))
                .param("threshold", THRESHOLD)
                .param("limit", LIMIT)
                .query((row, n) -> new Similar(
                        row.getString("code"),
                        row.getString("status"),
                        row.getString("category"),
                        vault.open(row.getString("headline"), row.getString("code")),
                        row.getString("grid_code"),
                        row.getTimestamp("created_at").toInstant(),
                        Math.min(1, Math.round(row.getDouble("likeness") * 100) / 100.0)))
                .list();
    }
}
