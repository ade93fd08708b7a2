package io.liudan.process.tasks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.liudan.process.rules.FaultPlace;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Steps that couldn't go on in somebody's call. A line stands for as long as its process stands where it stood; what
 * fails in a job has an incident of the engine's instead.
 */
@Component
public class StuckSteps {

    private static final Logger LOG = LoggerFactory.getLogger(StuckSteps.class);
    private static final int PAGE = 200;
    /** Everybody's list of tasks asks again every few seconds. */
    private static final Duration QUIET = Duration.ofMinutes(1);
    /** A process that couldn't begin leaves nothing behind by which to see that it can now. */
    private static final Duration BEGINNING_KEPT = Duration.ofDays(7);

    private static final String STANDING = """
            (exists (select 1 from act_re_procdef d where d.id_ = s.process_definition) and (s.process_instance is null
                or exists (select 1 from act_ru_execution e where e.id_ = s.process_instance)
                    and (s.task is null or exists (select 1 from act_ru_task t where t.id_ = s.task))
                    and (s.task is not null or s.waiting = coalesce((select string_agg(distinct e.act_id_, ',' order by e.act_id_)
                        from act_ru_execution e where e.proc_inst_id_ = s.process_instance and e.is_active_), ''))))""";

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Cache<Key, Instant> noted =
            Caffeine.newBuilder().expireAfterWrite(QUIET).maximumSize(10_000).build();

    StuckSteps(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    private record Key(String definition, String instance, String task, String element) {}

    /**
     * @param instance process instance; {@code null} for a process that couldn't begin
     * @param task that can't be completed, or one of whose decisions can't be judged; {@code null} where something else
     *     came in, as a resident's answer
     * @param element the model's id of what failed
     * @param times how often it was tried, at most once a minute counted
     */
    public record Line(
            long id,
            String definition,
            String instance,
            String requestCode,
            String task,
            String element,
            StepReason reason,
            Instant since,
            Instant last,
            int times) {}

    /** Whether it was written down on this node within the last minute. */
    boolean justNoted(FaultPlace place, String task) {
        return noted.getIfPresent(key(place, task)) != null;
    }

    private static Key key(FaultPlace place, String task) {
        return new Key(place.definitionId(), place.instanceId(), task, place.element());
    }

    /** Writes it down, or that it happened again. In a transaction of its own. */
    public void note(FaultPlace place, String task, StepReason reason) {
        if (justNoted(place, task)) {
            return;
        }
        String instance = known(place.instanceId(), task);
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        int times = jdbc.sql("""
                insert into stuck_step (process_definition, process_instance, matter_code, task, waiting, element, reason, detail, first_at, last_at, times)
                values (:definition, :instance,
                    (select business_key_ from act_ru_execution where id_ = :instance), :task,
                    coalesce((select string_agg(distinct act_id_, ',' order by act_id_) from act_ru_execution
                        where proc_inst_id_ = :instance and is_active_), ''),
                    :element, :reason, :detail, :now, :now, 1)
                on conflict (process_definition, coalesce(process_instance, ''), coalesce(task, ''), element) do update set
                    waiting = excluded.waiting, reason = excluded.reason, detail = excluded.detail, last_at = excluded.last_at,
                    times = stuck_step.times + 1
                returning times""")
                .param("definition", place.definitionId())
                .param("instance", instance, Types.VARCHAR)
                .param("task", task, Types.VARCHAR)
                .param("element", place.element())
                .param("reason", reason.key())
                .param("detail", reason.written())
                .param("now", now)
                .query(Integer.class)
                .single();
        noted.put(key(place, task), clock.instant());
        if (times == 1) {
            LOG.warn("A step is stuck: {} of {}, {}", place.element(), place.definitionId(), reason.key());
        }
    }

    /** An instance that was begun in the call that failed isn't there any more; the task that it held up is. */
    private String known(String instance, String task) {
        return jdbc.sql("""
                select proc_inst_id_ from act_ru_task where id_ = :task
                union all select id_ from act_ru_execution where id_ = :instance limit 1""")
                .param("task", task, Types.VARCHAR)
                .param("instance", instance, Types.VARCHAR)
                .query(String.class)
                .optional()
                .orElse(null);
    }

    /** Incidents of the engine's, each once. */
    public long incidents() {
        return jdbc.sql("select count(*) from act_ru_incident where id_ = root_cause_incident_id_")
                .query(Long.class)
                .single();
    }

    /** Those that still stand, the longest first. */
    public List<Line> standing() {
        return jdbc.sql("select s.* from stuck_step s where " + STANDING + " order by s.first_at, s.id limit " + PAGE)
                .query(StuckSteps::line)
                .list();
    }

    public long count() {
        return jdbc.sql("select count(*) from stuck_step s where " + STANDING)
                .query(Long.class)
                .single();
    }

    /** Somebody dealt with the process: should it still be stuck, the next try says so. */
    public void clear(String instance) {
        jdbc.sql("delete from stuck_step where process_instance = ?")
                .param(instance)
                .update();
        noted.invalidateAll();
    }

    /** @return whether there was such a line of a process that couldn't begin */
    public boolean dismiss(long id) {
        noted.invalidateAll();
        return jdbc.sql("delete from stuck_step where id = ? and process_instance is null")
                        .param(id)
                        .update()
                > 0;
    }

    @Scheduled(fixedDelayString = "1h", initialDelayString = "10m")
    void forgetWhatWentOn() {
        jdbc.sql("delete from stuck_step s where not " + STANDING + " or s.process_instance is null and s.last_at < ?")
                .param(clock.instant().minus(BEGINNING_KEPT).atOffset(ZoneOffset.UTC))
                .update();
    }

    private static Line line(ResultSet row, int n) throws SQLException {
        return new Line(
                row.getLong("id"),
                row.getString("process_definition"),
                row.getString("process_instance"),
                row.getString("matter_code"),
                row.getString("task"),
                row.getString("element"),
                StepReason.read(row.getString("reason"), row.getString("detail")),
                row.getTimestamp("first_at").toInstant(),
                row.getTimestamp("last_at").toInstant(),
                row.getInt("times"));
    }
}
