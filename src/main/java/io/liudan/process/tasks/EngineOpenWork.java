package io.liudan.process.tasks;

import io.liudan.matter.OpenWork;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Who is at work on a request, read from the engine's open tasks. */
@Component
class EngineOpenWork implements OpenWork {

    private final JdbcClient jdbc;
    private final Clock clock;

    EngineOpenWork(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    @Override
    public List<Work> of(String requestCode) {
        return jdbc.sql("""
                select l.group_id_, t.task_def_key_, t.name_, t.due_date_
                from act_ru_execution e join act_ru_task t on t.proc_inst_id_ = e.id_
                    join act_ru_identitylink l on l.task_id_ = t.id_ and l.type_ = 'candidate'
                where e.business_key_ = ? and (t.follow_up_date_ is null or t.follow_up_date_ <= ?)
                order by t.due_date_ nulls last, t.create_time_""")
                .params(requestCode, Timestamp.from(clock.instant()))
                .query((row, n) -> {
                    Timestamp due = row.getTimestamp("due_date_");
                    return new Work(
                            row.getString("group_id_"),
                            row.getString("task_def_key_"),
                            row.getString("name_"),
                            due == null ? null : due.toInstant());
                })
                .list();
    }
}
