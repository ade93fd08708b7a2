package io.liudan.insight;

import io.liudan.matter.MatterCodes;
import io.liudan.matter.MatterEvents;
import io.liudan.request.Requests;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Adds closed requests to the figures of their day and month, each once: a request is noted with its closing and taken
 * off the note with the counting, each in one transaction. What it counts comes from the event log, the steps and the
 * cards (docs/decisions/0011-figures.md).
 */
@Component
class RollUp {

    private static final int BATCH = 2_000;
    /** Any number of the hub's own: two nodes that count at a time would wait for each other's rows. */
    private static final long ONE_AT_A_TIME = 0x6c69754669677572L;

    static final List<String> OUTCOMES = List.of(
            "solved",
            "solved_on_site",
            "solved_by_community",
            "solved_by_street",
            "explained",
            "declined",
            "merged",
            "withdrawn");
    private static final List<String> OTHERS = List.of(
            "due",
            "responded",
            "answers",
            "contacted",
            "confirmed",
            "satisfied",
            "unanswered",
            "on_time",
            "returns",
            "extensions",
            "reworks");
    static final List<String> CARDS = List.of("reminder", "yellow", "red", "level_1", "level_2");

    private static final List<String> SUMMED =
            Stream.concat(OTHERS.stream(), CARDS.stream()).toList();
    /** The columns of table {@code figure} that are added up, beside {@code closed}. */
    static final List<String> ALL =
            Stream.concat(OUTCOMES.stream(), SUMMED.stream()).toList();

    private static final String SQL = """
            with taken as (
                delete from figure_pending where matter_id in (select matter_id from figure_pending limit :batch) returning matter_id as code
            ), r as (
                select r.id as code, coalesce(category, '') as category, outcome, (closed_at at time zone :zone)::date as day, closed_at, street_code, community_code, lead,
                    rated, contacted, solved as confirmed, satisfied from matter_facts r join taken on taken.code = r.id left join rating_facts on matter_id = r.id
            ), s as (
                select s.matter_id as code, desk_unit(desk) as unit, step, s.name, extract(epoch from coalesce(ended_at, closed_at) - started_at) as used,
                    extract(epoch from due_at - started_at) as allowed, coalesce(ended_at, closed_at) <= due_at as in_time,
                    row_number() over (partition by s.matter_id order by started_at) as nth,
                    row_number() over (partition by s.matter_id, desk_unit(desk) order by started_at) as own_nth
                from step_facts s join r on r.code = s.matter_id
            ), steps as (
                select code, case when grouping(unit) = 1 then '' else unit end as unit, bool_and(in_time is not false) as on_time,
                    count(*) filter (where nth = 1 and in_time is not null) as due, count(*) filter (where nth = 1 and in_time) as responded,
                    count(*) filter (where own_nth = 1 and in_time is not null) as own_due, count(*) filter (where own_nth = 1 and in_time) as own_responded
                from s group by grouping sets ((code, unit), (code))
            ), cards as (
                select code, case when grouping(unit) = 1 then '' else unit end as unit, %1$s
                from (select matter_id as code, desk_unit(desk) as unit, card from card_facts join taken t on t.code = matter_id) c group by grouping sets ((code, unit), (code))
            ), e as (
                select code, case when grouping(unit) = 1 then '' else coalesce(unit, '-') end as unit,
                    count(*) filter (where decision = 'RETURN') as returns,
                    count(*) filter (where decision = 'APPROVE' and task = 'approve-extension') as extensions,
                    count(*) filter (where not_solved) - count(*) filter (where decision = 'CLOSE' and task = 'review') as reworks
                from (select matter_id as code, desk_unit(desk) as unit, data ->> 'decision' as decision, data ->> 'task' as task,
                        type = 'io.liudan.request.rated' and data ->> 'solved' = 'false' as not_solved
                    from event_facts join taken t on t.code = matter_id where type in ('io.liudan.request.decided', 'io.liudan.request.rated')) d
                group by grouping sets ((code, unit), (code))
            ), parts as (
                select code, 'city' as unit, 'PLACE' as part, '' as own from r
                union all select code, street_code, 'PLACE', '' from r
                union all select code, community_code, 'PLACE', '' from r
                union all select code, street_code, 'DISPATCHER', street_code from r where lead is not null
                union all select code, h, 'HANDLER', h from (select code, case when outcome = 'SOLVED_BY_STREET' then street_code
                    when outcome in ('SOLVED_BY_COMMUNITY', 'SOLVED_ON_SITE', 'DECLINED') then community_code else lead end as h from r) h where h is not null
                union all select distinct w.matter_id, w.department, 'SUPPORTING', w.department from order_facts w join r on r.code = w.matter_id
                    where w.role = 'SUPPORTING' and w.status not in ('RETURNED', 'CANCELLED') and w.department is distinct from r.lead
                union all select distinct w.matter_id, w.department, 'RETURNED', w.department from order_facts w join taken t on t.code = w.matter_id where w.status = 'RETURNED'
            ), facts as (
                select p.unit, p.part, r.category, r.day, lower(r.outcome) as outcome,
                    coalesce(case when p.own = '' then steps.due else own_due end, 0) as due, coalesce(case when p.own = '' then steps.responded else own_responded end, 0) as responded,
                    (rated is not null and rated <> 'NONE')::int as answers, (rated <> 'NONE' and contacted)::int as contacted, (rated <> 'NONE' and confirmed)::int as confirmed,
                    (rated <> 'NONE' and satisfied >= :satisfied)::int as satisfied, (rated = 'NONE')::int as unanswered, coalesce(on_time, true)::int as on_time,
                    case when part in ('HANDLER', 'SUPPORTING', 'RETURNED') then own.returns else whole.returns end as returns,
                    case when part in ('SUPPORTING', 'RETURNED') then 0 else whole.extensions end as extensions,
                    case when part in ('SUPPORTING', 'RETURNED') then 0 else whole.reworks end as reworks, %2$s
                from parts p join r using (code) left join steps on steps.code = p.code and steps.unit = p.own left join cards on cards.code = p.code and cards.unit = p.own
                    left join e whole on whole.code = p.code and whole.unit = '' left join e own on own.code = p.code and own.unit = p.own
            ), grains as (
                -- By day and by month, and each for its category and for all of them.
                select grain, cut, whole from (values ('D', 'day'), ('M', 'month')) g(grain, cut), (values (false), (true)) w(whole)
            ), counted as (
                insert into figure (unit, grain, period, part, category, closed, %3$s)
                select unit, grain, date_trunc(cut, day)::date as period, part, case when whole then '*' else category end as kept, count(*), %4$s, %5$s
                from facts, grains group by unit, grain, period, part, kept
                on conflict (unit, grain, category, period, part) do update set closed = figure.closed + excluded.closed, %6$s
            ), timed as (
                insert into figure_step (unit, grain, period, category, step, name, ended, limited, in_time, used_seconds, allowed_seconds)
                select u.unit, grain, date_trunc(cut, day)::date as period, case when whole then '*' else category end as kept, step, max(name), count(*), count(in_time), count(*) filter (where in_time), sum(used), coalesce(sum(allowed), 0)
                from s join r using (code), lateral (values (s.unit), ('city')) u(unit), grains group by u.unit, grain, period, kept, step
                on conflict (unit, grain, category, period, step) do update set name = excluded.name, ended = figure_step.ended + excluded.ended,
                    limited = figure_step.limited + excluded.limited, in_time = figure_step.in_time + excluded.in_time,
                    used_seconds = figure_step.used_seconds + excluded.used_seconds, allowed_seconds = figure_step.allowed_seconds + excluded.allowed_seconds
            )
            select count(*) from taken""".formatted(
                    counters("count(*) filter (where card = upper('{}')) as {}", CARDS),
                    counters("coalesce({}, 0) as {}", CARDS),
                    counters("{}", ALL),
                    counters("count(*) filter (where outcome = '{}')", OUTCOMES),
                    counters("coalesce(sum({}), 0)", SUMMED),
                    counters("{} = figure.{} + excluded.{}", ALL));

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final String zone;
    private final int satisfiedFrom;

    RollUp(
            JdbcClient jdbc,
            TransactionTemplate transaction,
            @Value("${liudan.calendar.zone}") String zone,
            @Value("${liudan.figures.satisfied-from}") int satisfiedFrom) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.zone = zone;
        this.satisfiedFrom = satisfiedFrom;
    }

    @EventListener
    void closed(MatterEvents.Closed event) {
        if (!event.kind().equals(Requests.KIND)) {
            return;
        }
        jdbc.sql("insert into figure_pending (matter_id) values (?) on conflict do nothing")
                .param(MatterCodes.number(event.code()))
                .update();
    }

    /** Counts what was closed since; short, so that whoever asks for figures may call it first. */
    @Scheduled(fixedDelayString = "${liudan.figures.roll-up}")
    void run() {
        int counted;
        do {
            counted = step();
        } while (counted == BATCH);
    }

    /** @return how many requests were counted; none when another node is counting */
    int step() {
        return transaction.execute(status -> jdbc.sql("select pg_try_advisory_xact_lock(?)")
                        .param(ONE_AT_A_TIME)
                        .query(Boolean.class)
                        .single()
                ? jdbc.sql(SQL)
                        .param("batch", BATCH)
                        .param("zone", zone)
                        .param("satisfied", satisfiedFrom)
                        .query(Integer.class)
                        .single()
                : 0);
    }

    /** The pattern for each of the counters, as a list of columns. */
    static String counters(String pattern, List<String> counters) {
        return counters.stream().map(counter -> pattern.replace("{}", counter)).collect(Collectors.joining(", "));
    }
}
