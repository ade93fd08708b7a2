package io.liudan.insight;

import io.liudan.matter.MatterCodes;
import io.liudan.matter.MatterEvents;
import io.liudan.request.Requests;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Adds closed matters of any kind to the figures of their day and month, each once, as {@link RollUp} does with
 * requests: where they arose, and at each unit that had a step of them.
 */
@Component
class KindRollUp {

    private static final int BATCH = 2_000;
    /** Any number of the hub's own: two nodes that count at a time would wait for each other's rows. */
    private static final long ONE_AT_A_TIME = 0x6c69754669676b64L;

    private static final String SQL = """
            with taken as (
                delete from kind_figure_pending where matter_id in (select matter_id from kind_figure_pending limit :batch) returning matter_id as code
            ), m as (
                select f.id as code, kind, coalesce(outcome, '') as outcome, (closed_at at time zone :zone)::date as day, closed_at, street_code, community_code
                from matter_facts f join taken t on t.code = f.id
            ), s as (
                select m.code, m.kind, m.day, desk_unit(desk) as unit, step, s.name, extract(epoch from coalesce(ended_at, closed_at) - started_at) as used,
                    extract(epoch from due_at - started_at) as allowed, coalesce(ended_at, closed_at) <= due_at as in_time
                from step_facts s join m on m.code = s.matter_id
            ), steps as (
                select code, case when grouping(unit) = 1 then '' else unit end as unit, bool_and(in_time is not false) as on_time
                from s group by grouping sets ((code, unit), (code))
            ), cards as (
                select code, case when grouping(unit) = 1 then '' else unit end as unit, %1$s
                from (select matter_id as code, desk_unit(desk) as unit, card from card_facts join taken t on t.code = matter_id) c group by grouping sets ((code, unit), (code))
            ), parts as (
                select code, 'city' as unit, 'PLACE' as part, '' as own from m
                union all select code, street_code, 'PLACE', '' from m where street_code is not null
                union all select code, community_code, 'PLACE', '' from m where community_code is not null
                union all select distinct code, unit, 'HANDLER', unit from s
            ), facts as (
                select m.kind, p.unit, p.part, m.day, m.outcome, coalesce(on_time, true)::int as on_time, %2$s
                from parts p join m using (code) left join steps on steps.code = p.code and steps.unit = p.own left join cards on cards.code = p.code and cards.unit = p.own
            ), grains as (
                select grain, cut from (values ('D', 'day'), ('M', 'month')) g(grain, cut)
            ), counted as (
                insert into kind_figure (kind, unit, grain, period, part, outcome, closed, on_time, %3$s)
                select kind, unit, grain, date_trunc(cut, day)::date as day_or_month, part, outcome, count(*), sum(on_time), %4$s
                from facts, grains group by kind, unit, grain, day_or_month, part, outcome
                on conflict (kind, unit, grain, period, part, outcome) do update set closed = kind_figure.closed + excluded.closed,
                    on_time = kind_figure.on_time + excluded.on_time, %5$s
            ), timed as (
                insert into kind_figure_step (kind, unit, grain, period, step, name, ended, limited, in_time, used_seconds, allowed_seconds)
                select kind, u.unit, grain, date_trunc(cut, day)::date as day_or_month, step, max(name), count(*), count(in_time), count(*) filter (where in_time),
                    sum(used), coalesce(sum(allowed), 0)
                from s, lateral (values (s.unit), ('city')) u(unit), grains group by kind, u.unit, grain, day_or_month, step
                on conflict (kind, unit, grain, period, step) do update set name = excluded.name, ended = kind_figure_step.ended + excluded.ended,
                    limited = kind_figure_step.limited + excluded.limited, in_time = kind_figure_step.in_time + excluded.in_time,
                    used_seconds = kind_figure_step.used_seconds + excluded.used_seconds, allowed_seconds = kind_figure_step.allowed_seconds + excluded.allowed_seconds
            )
            select count(*) from taken""".formatted(
                    RollUp.counters("count(*) filter (where card = upper('{}')) as {}", RollUp.CARDS),
                    RollUp.counters("coalesce({}, 0) as {}", RollUp.CARDS),
                    RollUp.counters("{}", RollUp.CARDS),
                    RollUp.counters("sum({})", RollUp.CARDS),
                    RollUp.counters("{} = kind_figure.{} + excluded.{}", RollUp.CARDS));

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final String zone;

    KindRollUp(JdbcClient jdbc, TransactionTemplate transaction, @Value("${liudan.calendar.zone}") String zone) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.zone = zone;
    }

    @EventListener
    void closed(MatterEvents.Closed event) {
        if (event.kind().equals(Requests.KIND)) {
            return;
        }
        jdbc.sql("insert into kind_figure_pending (matter_id) values (?) on conflict do nothing")
                .param(MatterCodes.number(event.code()))
                .update();
    }

    /** Counts what was closed since; short, so that whoever asks for figures may call it first. */
    @Scheduled(fixedDelayString = "${liudan.figures.roll-up}")
    void run() {
        int counted;
        do {
            counted = transaction.execute(status -> jdbc.sql("select pg_try_advisory_xact_lock(?)")
                            .param(ONE_AT_A_TIME)
                            .query(Boolean.class)
                            .single()
                    ? jdbc.sql(SQL)
                            .param("batch", BATCH)
                            .param("zone", zone)
                            .query(Integer.class)
                            .single()
                    : 0);
        } while (counted == BATCH);
    }
}
