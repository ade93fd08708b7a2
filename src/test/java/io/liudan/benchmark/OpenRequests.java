package io.liudan.benchmark;

import io.liudan.matter.MatterCodes;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Fills a hub with open requests by copying one real one with all its rows, of the hub and of the engine, spread over
 * all grids. What it fills is only read in the benchmark.
 */
class OpenRequests {

    /** The measured desk has a full page of tasks from the beginning, so that all pages read are of one size. */
    private static final int PAGE = 60;

    private final JdbcClient jdbc;
    /** Numbers that the hub doesn't come to. */
    private static final long FIRST = 90_000_000;

    private static final int BATCH = 5_000;

    private final List<String> desks;

    OpenRequests(String jdbcUrl, List<String> desks) {
        this.desks = desks;
        this.jdbc = JdbcClient.create(new DriverManagerDataSource(jdbcUrl, "postgres", "postgres"));
    }

    /** Codes have a check digit, which the database doesn't know how to make. */
    private void codes(long from, long count) {
        jdbc.sql("drop table if exists copy_codes").update();
        jdbc.sql("create table copy_codes (number bigint primary key, code text not null)")
                .update();
        for (long first = from + 1; first <= from + count; first += BATCH) {
            String rows = LongStream.rangeClosed(first, Math.min(first + BATCH - 1, from + count))
                    .mapToObj(number -> "(" + number + ",'" + MatterCodes.of(number) + "')")
                    .collect(Collectors.joining(","));
            jdbc.sql("insert into copy_codes values " + rows).update();
        }
    }

    /** Copies a request that waits for its grid until {@code total} of them are open. */
    void fillUpTo(String original, long total) {
        long present = jdbc.sql("select count(*) from matter where status <> 'CLOSED'")
                .query(Long.class)
                .single();
        String instance = jdbc.sql("select id_ from act_ru_execution where business_key_ = ?")
                .param(original)
                .query(String.class)
                .single();
        String task = jdbc.sql("select id_ from act_ru_task where proc_inst_id_ = ?")
                .param(instance)
                .query(String.class)
                .single();
        List<String> grids = desks.stream()
                .filter(desk -> desk.startsWith("grid-"))
                .map(desk -> desk.substring(5))
                .toList();
        codes(FIRST + present, total - present);
        jdbc.sql("drop table if exists copies").update();
        jdbc.sql("""
                create table copies as select n, k.number, k.code, 'c' || :present || '-' || n as id, g.desk,
                    case when g.desk like 'grid-%' then substring(g.desk from 6) else (array[:grids])[1 + n % :gridCount] end as grid
                from copy_codes k cross join lateral (select k.number - :first as n) numbered
                join (select row_number() over (order by desk) - 1 as i, desk from unnest(array[:desks]) desk) g
                    on g.i = case when n <= :page then 0 else n % :deskCount end""")
                .param("present", present)
                .param("first", FIRST + present)
                .param("desks", desks)
                .param("deskCount", desks.size())
                .param("grids", grids)
                .param("gridCount", grids.size())
                .param("page", present < 1000 ? PAGE : 0)
                .update();
        // What is sealed for one request can't be opened at another: copies have their words in clear.
        copy(
                "matter",
                "code = '" + original + "'",
                List.of(),
                "id",
                "c.number",
                "code",
                "c.code",
                "grid_code",
                "c.grid",
                "title",
                "'垃圾没有清运'",
                "headline",
                "'垃圾没有清运'",
                "contact_name",
                "null::text",
                "contact_phone",
                "null::text",
                "address",
                "null::text");
        jdbc.sql(
                        "insert into matter_text (matter_id, field, class, text) select number, 'description', 'words', '小区门口三天没有清运' from copies")
                .update();
        copy(
                "matter_event",
                "matter_id = " + MatterCodes.number(original),
                List.of("id", "event_id"),
                "matter_id",
                "c.number");
        copy(
                "matter_search",
                "matter_id = " + MatterCodes.number(original),
                List.of(),
                "matter_id",
                "c.number",
                "grid_code",
                "c.grid");
        jdbc.sql("insert into matter_desk (desk, matter_id) select desk, number from copies")
                .update();
        jdbc.sql(
                        "insert into matter_desk (desk, matter_id) select 'street-' || m.street_code, m.id from copies c join matter m on m.id = c.number on conflict do nothing")
                .update();
        copy(
                "act_ru_execution",
                "id_ = '" + instance + "'",
                List.of(),
                "id_",
                "c.id",
                "proc_inst_id_",
                "c.id",
                "business_key_",
                "c.code",
                "root_proc_inst_id_",
                "c.id");
        jdbc.sql("alter table act_ru_task disable trigger all").update();
        copy(
                "act_ru_task",
                "id_ = '" + task + "'",
                List.of(),
                "id_",
                "'t' || c.id",
                "assignee_",
                "case when c.n % 5 = 0 then c.desk end",
                "execution_id_",
                "c.id",
                "proc_inst_id_",
                "c.id");
        jdbc.sql("alter table act_ru_task enable trigger all").update();
        copy(
                "act_ru_identitylink",
                "task_id_ = '" + task + "'",
                List.of(),
                "id_",
                "'l' || c.id",
                "task_id_",
                "'t' || c.id",
                "group_id_",
                "c.desk");
        copy(
                "act_ru_variable",
                "task_id_ is null and proc_inst_id_ = '" + instance + "'",
                List.of(),
                "id_",
                "s.name_ || c.id",
                "proc_inst_id_",
                "c.id",
                "execution_id_",
                "c.id",
                "var_scope_",
                "c.id");
        copy(
                "act_ru_job",
                "process_instance_id_ = '" + instance + "'",
                List.of(),
                "id_",
                "'j' || row_number() over () || '-' || c.id",
                "process_instance_id_",
                "c.id",
                "execution_id_",
                "c.id",
                "root_proc_inst_id_",
                "c.id");
        copy(
                "act_ru_event_subscr",
                "proc_inst_id_ = '" + instance + "'",
                List.of(),
                "id_",
                "'e' || row_number() over () || '-' || c.id",
                "proc_inst_id_",
                "c.id",
                "execution_id_",
                "c.id");
        copy(
                "step",
                "task_id = '" + task + "'",
                List.of(),
                "task_id",
                "'t' || c.id",
                "matter_id",
                "c.number",
                "desk",
                "c.desk");
        copy(
                "act_ru_authorization",
                "resource_id_ = '" + task + "'",
                List.of(),
                "id_",
                "'a' || c.id",
                "resource_id_",
                "'t' || c.id",
                "group_id_",
                "c.desk");
        jdbc.sql("vacuum analyze").update();
    }

    /**
     * Every shared filter finds something: of all tasks a fifth is overdue, a tenth due today, and each mark is on
     * every tenth.
     */
    void mark() {
        jdbc.sql("create table if not exists marked as select id_ from act_ru_task limit 0")
                .update();
        jdbc.sql("""
                with fresh as (insert into marked select id_ from act_ru_task t where not exists (select from marked m where m.id_ = t.id_) returning id_),
                    numbered as (select id_, row_number() over (order by md5(id_)) as n from fresh),
                    due as (update act_ru_task t set due_date_ = case when n % 10 < 2 then localtimestamp - interval '1 day' else localtimestamp + interval '1 hour' end
                        from numbered where numbered.id_ = t.id_ and n % 10 < 3)
                insert into act_ru_variable (id_, rev_, type_, name_, proc_inst_id_, execution_id_, task_id_, var_scope_, long_, text_, sequence_counter_, is_concurrent_local_)
                select 'm' || mark || t.id_, 1, case when mark = 'card' then 'string' else 'boolean' end, mark, proc_inst_id_, execution_id_, t.id_, t.id_,
                    case when mark <> 'card' then 1 end, case when mark = 'card' then 'YELLOW' end, 1, false
                from numbered join act_ru_task t using (id_) join unnest(array['card', 'supervised', 'returned', 'rework', 'supporting']) with ordinality marks (mark, k) on n % 10 = k
                where not exists (select from act_ru_variable v where v.task_id_ = t.id_ and v.name_ = mark)""").update();
        jdbc.sql("vacuum analyze").update();
    }

    private void copy(String table, String which, List<String> left, String... changed) {
        List<String> columns = jdbc
                .sql(
                        "select column_name from information_schema.columns where table_schema = 'public' and table_name = ? order by ordinal_position")
                .param(table)
                .query(String.class)
                .list()
                .stream()
                .filter(column -> !left.contains(column))
                .toList();
        String values = String.join(
                ", ",
                columns.stream()
                        .map(column -> {
                            for (int i = 0; i < changed.length; i += 2) {
                                if (changed[i].equals(column)) {
                                    return changed[i + 1];
                                }
                            }
                            return "s." + column;
                        })
                        .toList());
        jdbc.sql("insert into " + table + " (" + String.join(", ", columns) + ") select " + values
                        + " from copies c, (select * from " + table + " where " + which + ") s")
                .update();
    }

    /**
     * From then on the first card of so many steps is due at once, at what their timers tell; other steps and timers
     * wait.
     */
    void dueAt(Instant due, int count) {
        jdbc.sql("drop table if exists due").update();
        jdbc.sql(
                        "create table due as select task_id, proc_inst_id_ from step join act_ru_task on id_ = task_id where ended_at is null and card_at[1] > now() order by md5(task_id) limit ?")
                .param(count)
                .update();
        jdbc.sql("update step set card_at[1] = ? from due where due.task_id = step.task_id")
                .param(Timestamp.from(due))
                .update();
        jdbc.sql(
                        "update act_ru_job set duedate_ = ? from due where process_instance_id_ = proc_inst_id_ and repeat_ is not null")
                .param(LocalDateTime.ofInstant(due, ZoneOffset.UTC))
                .update();
    }

    long cards() {
        return jdbc.sql("select count(*) from card join due using (task_id)")
                .query(Long.class)
                .single();
    }
}
