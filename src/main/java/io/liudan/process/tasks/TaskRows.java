package io.liudan.process.tasks;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Open tasks with their desk and their request's code, from the engine's own tables. */
@Component
public class TaskRows {

    private final JdbcClient jdbc;

    TaskRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public record Row(
            String id,
            String key,
            String name,
            String desk,
            String assignee,
            Instant createdAt,
            Instant dueAt,
            Instant followUpAt,
            String definitionId,
            String requestCode) {}

    /**
     * The oldest first. The page is cut on the hub's indexes alone (engine/indexes.sql) before anything else is read.
     *
     * @param where condition on {@code t} (task) and {@code l} (identity link)
     */
    List<Row> oldest(String where, Map<String, Object> params, int limit) {
        return jdbc.sql("""
                select t.*, p.group_id_, e.business_key_ from (
                    select t.id_, l.group_id_
                    from act_ru_identitylink l join act_ru_task t on t.id_ = l.task_id_
                    where %s order by t.create_time_, t.id_ limit %d) p
                join act_ru_task t on t.id_ = p.id_
                join act_ru_execution e on e.id_ = t.proc_inst_id_ order by t.create_time_, t.id_""".formatted(where, limit))
                .params(params)
                .query(TaskRows::row)
                .list();
    }

    /** @param desks empty for any */
    Optional<Row> find(String id, Set<String> desks) {
        return byId(List.of(id), desks).stream().findFirst();
    }

    /** @param desks empty for any */
    public List<Row> byId(Collection<String> ids, Set<String> desks) {
        return jdbc.sql("""
                select t.*, l.group_id_, e.business_key_ from act_ru_task t join act_ru_identitylink l on l.task_id_ = t.id_ and l.type_ = 'candidate'
                    join act_ru_execution e on e.id_ = t.proc_inst_id_
                where t.id_ in (:ids) and (:all or l.group_id_ in (:desks))""")
                .param("ids", ids)
                .param("all", desks.isEmpty())
                .param("desks", desks.isEmpty() ? Set.of("") : desks)
                .query(TaskRows::row)
                .list();
    }

    /** What somebody has claimed. */
    List<Row> claimedBy(String username) {
        return jdbc.sql("""
                select t.*, l.group_id_, e.business_key_ from act_ru_task t join act_ru_identitylink l on l.task_id_ = t.id_ and l.type_ = 'candidate'
                    join act_ru_execution e on e.id_ = t.proc_inst_id_ where t.assignee_ = ?""").param(username).query(TaskRows::row).list();
    }

    private static Row row(ResultSet row, int n) throws SQLException {
        return new Row(
                row.getString("id_"),
                row.getString("task_def_key_"),
                row.getString("name_"),
                row.getString("group_id_"),
                row.getString("assignee_"),
                instant(row, "create_time_"),
                instant(row, "due_date_"),
                instant(row, "follow_up_date_"),
                row.getString("proc_def_id_"),
                row.getString("business_key_"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp value = row.getTimestamp(column);
        return value == null ? null : value.toInstant();
    }
}
