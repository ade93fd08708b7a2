package io.liudan.deadline;

import io.liudan.identity.Actor;
import io.liudan.identity.Redactor;
import io.liudan.identity.Vault;
import io.liudan.matter.MatterBriefs;
import io.liudan.matter.MatterCodes;
import io.liudan.matter.MatterEvents;
import io.liudan.matter.MatterProgress;
import io.liudan.matter.OpenWork;
import io.liudan.matter.Sights;
import io.liudan.problem.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.MessageSource;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * 督办: a matter under supervision has a demand and a date; whoever holds it answers, supervision releases it. At most
 * one is open for a matter. Overdue steps open one by themselves, as the model says.
 */
@Service
@Transactional
public class Supervisions {

    private static final int TEXT_LIMIT = 2000;
    private static final int PAGE = 50;

    private final JdbcClient jdbc;
    private final MatterProgress matters;
    private final MatterBriefs briefs;
    private final ApplicationEventPublisher publisher;
    private final MessageSource messages;
    private final Vault vault;
    private final Redactor redactor;
    private final OpenWork openWork;
    private final Sights sights;
    private final Clock clock;

    Supervisions(
            JdbcClient jdbc,
            MatterProgress matters,
            MatterBriefs briefs,
            ApplicationEventPublisher publisher,
            MessageSource messages,
            Vault vault,
            Redactor redactor,
            OpenWork openWork,
            Sights sights,
            Clock clock) {
        this.jdbc = jdbc;
        this.matters = matters;
        this.briefs = briefs;
        this.publisher = publisher;
        this.messages = messages;
        this.vault = vault;
        this.redactor = redactor;
        this.openWork = openWork;
        this.sights = sights;
        this.clock = clock;
    }

    /**
     * A supervision as staff see it.
     *
     * @param level 1 or 2
     * @param openedBy username, absent when the hub opened it by itself
     */
    record View(
            long id,
            String requestCode,
            String title,
            int level,
            String demand,
            Instant until,
            String openedBy,
            Instant openedAt,
            String answer,
            String answeredBy,
            String answerDesk,
            Instant answeredAt,
            String note,
            String releasedBy,
            Instant releasedAt) {}

    /**
     * @param next cursor of the next page, absent at the end
     * @param supervises whether the reader may open and release
     */
    record Page(List<View> items, Long next, boolean supervises) {}

    /**
     * The hub's own move: opens a supervision, or raises the one that is open, whose date stays what it was.
     *
     * @param until by when an opened one is to be answered
     */
    public void raise(String code, int level, Instant until) {
        int raised = jdbc.sql(
                        "update supervision set level = greatest(level, :level) where matter_id = :matter and released_at is null")
                .param("level", level)
                .param("matter", MatterCodes.number(code))
                .update();
        if (raised == 0) {
            insert(code, level, messages.getMessage("supervision.overdue", null, Locale.CHINA), until, null);
        }
    }

    long open(Actor actor, String code, String demand, Instant until) {
        String text = limited("demand", demand);
        if (until == null || !until.isAfter(clock.instant())) {
            throw Problem.field("until", until == null ? "required" : "not-in-the-future");
        }
        sights.requireOfficial(actor, code);
        matters.lock(code).orElseThrow(() -> Problem.conflict("closed"));
        if (jdbc.sql("select 1 from supervision where matter_id = ? and released_at is null")
                        .param(MatterCodes.number(code))
                        .query()
                        .listOfRows()
                        .size()
                > 0) {
            throw Problem.conflict("already-supervised");
        }
        long id = insert(code, 1, text, until, actor.username());
        matters.milestone(code, "supervised", actor.username(), null, Map.of("level", 1, "until", until.toString()));
        return id;
    }

    private long insert(String code, int level, String demand, Instant until, String by) {
        long id = jdbc.sql(
                        "insert into supervision (matter_id, level, demand, until, opened_by, opened_at) values (?, ?, ?, ?, ?, ?) returning id")
                .param(1, MatterCodes.number(code))
                .param(2, level)
                .param(3, vault.seal(demand, code))
                .param(4, time(until))
                .param(5, by, Types.VARCHAR)
                .param(6, time(clock.instant()))
                .query(Long.class)
                .single();
        publisher.publishEvent(new SupervisionChanged(code, true));
        return id;
    }

    /** By somebody of a desk that has had a part in the matter; a later answer takes the place of an earlier one. */
    void answer(Actor actor, long id, String answer) {
        String text = limited("answer", answer);
        String code = code(id);
        if (!briefs.concerns(code, actor.desks())) {
            throw Problem.notFound("no-such-supervision", id);
        }
        String desk = actor.desks().stream()
                .filter(one -> briefs.concerns(code, List.of(one)))
                .findFirst()
                .orElseThrow();
        int changed = jdbc.sql(
                        "update supervision set answer = ?, answered_by = ?, answer_desk = ?, answered_at = ? where id = ? and released_at is null")
                .params(vault.seal(text, code), actor.username(), desk, time(clock.instant()), id)
                .update();
        if (changed == 0) {
            throw Problem.conflict("supervision-released");
        }
        matters.milestone(code, "supervision-answered", actor.username(), desk, Map.of());
    }

    void release(Actor actor, long id, String note) {
        String code = code(id);
        int changed = jdbc.sql(
                        "update supervision set note = ?, released_by = ?, released_at = ? where id = ? and released_at is null")
                .param(
                        1,
                        note == null || note.isBlank() ? null : vault.seal(limited("note", note), code),
                        Types.VARCHAR)
                .param(2, actor.username())
                .param(3, time(clock.instant()))
                .param(4, id)
                .update();
        if (changed == 0) {
            throw Problem.conflict("supervision-released");
        }
        matters.milestone(code, "supervision-released", actor.username(), null, Map.of());
        publisher.publishEvent(new SupervisionChanged(code, false));
    }

    /**
     * The newest first: for supervisors all of the kinds that supervision sees, and for everybody those of matters in
     * which the reader's desks have a part.
     *
     * @param code of one matter, or {@code null}
     * @param open only those not released
     * @param before cursor, or {@code null}
     */
    @Transactional(readOnly = true)
    Page list(Actor actor, String code, boolean open, Long before) {
        List<String> kinds = sights.supervised(actor);
        List<View> found = jdbc.sql("""
                select s.*, r.headline from supervision s join matter_facts r on r.id = s.matter_id
                where (:matter::bigint is null or s.matter_id = :matter) and (not :open or s.released_at is null) and (:before::bigint is null or s.id < :before)
                    and (r.kind in (:kinds) or exists (select 1 from matter_part d where d.matter_id = s.matter_id and d.desk in (:desks)))
                order by s.id desc limit %d""".formatted(PAGE + 1))
                .param("matter", code == null ? null : MatterCodes.number(code), Types.BIGINT)
                .param("open", open)
                .param("before", before, Types.BIGINT)
                .param("kinds", kinds.isEmpty() ? List.of("") : kinds)
                .param("desks", actor.desks().isEmpty() ? List.of("") : actor.desks())
                .query((row, n) -> view(row, actor))
                .list();
        List<View> page = found.size() > PAGE ? found.subList(0, PAGE) : found;
        return new Page(page, found.size() > PAGE ? page.getLast().id() : null, actor.is(Actor.Role.SUPERVISOR));
    }

    @EventListener
    void forget(MatterEvents.Forgotten matter) {
        jdbc.sql("update supervision set demand = '', answer = null, note = null where matter_id = ?")
                .param(MatterCodes.number(matter.code()))
                .update();
    }

    private String code(long id) {
        Optional<String> code = jdbc.sql("select matter_id from supervision where id = ?")
                .param(id)
                .query(Long.class)
                .optional()
                .map(MatterCodes::of);
        return code.orElseThrow(() -> Problem.notFound("no-such-supervision", id));
    }

    private static String limited(String field, String text) {
        if (text == null || text.isBlank()) {
            throw Problem.field(field, "required");
        }
        if (text.length() > TEXT_LIMIT) {
            throw Problem.field(field, "too-long", TEXT_LIMIT);
        }
        return text.strip();
    }

    /** Whoever isn't at work on the matter reads it without what tells who somebody is. */
    private View view(ResultSet row, Actor actor) throws SQLException {
        String code = MatterCodes.of(row.getLong("matter_id"));
        boolean holds = openWork.of(code).stream().anyMatch(work -> actor.worksAt(work.desk()));
        UnaryOperator<String> reading = holds ? UnaryOperator.identity() : redactor::redact;
        return new View(
                row.getLong("id"),
                code,
                vault.open(row.getString("headline"), code),
                row.getInt("level"),
                reading.apply(vault.open(row.getString("demand"), code)),
                instant(row, "until"),
                row.getString("opened_by"),
                instant(row, "opened_at"),
                reading.apply(vault.open(row.getString("answer"), code)),
                row.getString("answered_by"),
                row.getString("answer_desk"),
                instant(row, "answered_at"),
                reading.apply(vault.open(row.getString("note"), code)),
                row.getString("released_by"),
                instant(row, "released_at"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp value = row.getTimestamp(column);
        return value == null ? null : value.toInstant();
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
