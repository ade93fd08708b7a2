package io.liudan.matter;

import io.liudan.directory.Category;
import io.liudan.directory.CityDirectory;
import io.liudan.directory.Grid;
import io.liudan.identity.Actor;
import io.liudan.identity.Audit;
import io.liudan.identity.Masks;
import io.liudan.identity.Redactor;
import io.liudan.identity.Vault;
import io.liudan.matter.Kind.Level;
import io.liudan.matter.Sights.Sight;
import io.liudan.problem.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/**
 * Shows matters to those whom {@link Sights} lets see them. Whoever began one, and a desk while it is at work on it,
 * reads it as it was written; anybody else without what tells who somebody is.
 */
@Service
public class MatterReader {

    private static final int PAGE_LIMIT = 100;
    private static final int REASON_LIMIT = 500;

    private final JdbcClient jdbc;
    private final CityDirectory city;
    private final Kinds kinds;
    private final EventLog events;
    private final MatterTimeline timeline;
    private final MatterTexts texts;
    private final FieldViews fieldViews;
    private final PlainJson json;
    private final Attachments attachments;
    private final OpenWork openWork;
    private final OrdersOfMatter orders;
    private final Sights sights;
    private final MatterSearch search;
    private final Vault vault;
    private final Redactor redactor;
    private final Audit audit;

    MatterReader(
            JdbcClient jdbc,
            CityDirectory city,
            Kinds kinds,
            EventLog events,
            MatterTimeline timeline,
            MatterTexts texts,
            FieldViews fieldViews,
            PlainJson json,
            Attachments attachments,
            OpenWork openWork,
            OrdersOfMatter orders,
            Sights sights,
            MatterSearch search,
            Vault vault,
            Redactor redactor,
            Audit audit) {
        this.jdbc = jdbc;
        this.city = city;
        this.kinds = kinds;
        this.events = events;
        this.timeline = timeline;
        this.texts = texts;
        this.fieldViews = fieldViews;
        this.json = json;
        this.attachments = attachments;
        this.openWork = openWork;
        this.orders = orders;
        this.sights = sights;
        this.search = search;
        this.vault = vault;
        this.redactor = redactor;
        this.audit = audit;
    }

    /**
     * How somebody reads one matter.
     *
     * @param holds whether they may read it as it was written
     * @param work who is at work on it
     */
    record Reading(Sight sight, boolean holds, List<OpenWork.Work> work) {}

    /** @throws Problem 404 when there is no such matter or the actor may not know of it */
    public MatterView get(Actor actor, String code) {
        Sight sight = sights.require(actor, code);
        if (sight.official() || !actor.desks().isEmpty()) {
            audit.record(events.action(sight.kind(), "read"), code, sight.policy());
        }
        List<OpenWork.Work> work = openWork.of(code);
        boolean atWork = work.stream().anyMatch(open -> actor.worksAt(open.desk()));
        boolean holds = atWork || sight.author() || sight.own() && sight.level() == Level.ALL;
        return view(code, new Reading(sight, holds, work));
    }

    /** As it was written, to somebody who is there to work on it and says what for. */
    public MatterView unmasked(Actor actor, String code, String reason) {
        Sight sight = sights.requireOfficial(actor, code);
        if (reason == null || reason.isBlank()) {
            throw Problem.field("reason", "required");
        }
        if (reason.length() > REASON_LIMIT) {
            throw Problem.field("reason", "too-long", REASON_LIMIT);
        }
        audit.record(events.action(sight.kind(), "unmask"), code, sight.policy(), reason.strip());
        return view(code, new Reading(sight, true, openWork.of(code)));
    }

    /** Whether there is a matter of this code and kind. */
    public boolean isOf(String code, String kind) {
        return !jdbc.sql("select 1 from matter where id = ? and kind = ?")
                .params(MatterCodes.number(code), kind)
                .query()
                .listOfRows()
                .isEmpty();
    }

    /** As whoever began it reads it. */
    public MatterView own(String code) {
        String kind = jdbc.sql("select kind from matter where id = ?")
                .param(MatterCodes.number(code))
                .query(String.class)
                .single();
        return view(
                code, new Reading(new Sight(Kind.Relation.REPORTER, Level.ALL, kind, true), true, openWork.of(code)));
    }

    private MatterView view(String code, Reading reading) {
        return jdbc.sql("select * from matter where id = ?")
                .param(MatterCodes.number(code))
                .query((row, n) -> view(row, reading))
                .single();
    }

    /**
     * What a list is asked for.
     *
     * @param kinds keys; {@code null} for all
     * @param mine one's own and those one follows, also for staff
     * @param status may be {@code null}
     * @param q a code, a phone number, or words; may be {@code null}
     * @param find values by field, of one kind's fields that may be looked for
     */
    public record Query(Collection<String> kinds, boolean mine, String status, String q, Map<String, String> find) {}

    /** The newest first. */
    public MatterView.Page list(Actor actor, Query query, String cursor, int limit) {
        Sights.Condition seen = sights.condition(actor, query.mine(), query.kinds());
        Map<String, Object> params = seen.params();
        StringBuilder where = new StringBuilder(seen.sql());
        if (query.status() != null) {
            where.append(" and m.status = :status");
            params.put("status", query.status());
        }
        if (query.q() != null && !query.q().isBlank()) {
            search.add(query.q().strip(), actor, where, params);
        }
        query.find().forEach((field, value) -> {
            String name = "find" + params.size();
            where.append(
                    " and m.id in (select f.matter_id from matter_find f where f.kind = m.kind and f.field = :%1$sField and f.value = :%1$s)"
                            .formatted(name));
            params.put(name, value);
            params.put(name + "Field", field);
        });
        if (cursor != null) {
            where.append(" and m.id < :cursor");
            params.put("cursor", number(cursor));
        }
        int size = Math.clamp(limit, 1, PAGE_LIMIT);
        List<MatterView.Summary> items = jdbc.sql(
                        "select m.* from matter m where " + where + " order by m.id desc limit " + (size + 1))
                .params(params)
                .query((row, n) -> summary(row, actor))
                .list();
        return items.size() > size
                ? new MatterView.Page(
                        items.subList(0, size),
                        Long.toString(MatterCodes.number(items.get(size - 1).code())))
                : new MatterView.Page(items, null);
    }

    private static long number(String cursor) {
        try {
            return Long.parseLong(cursor);
        } catch (NumberFormatException e) {
            throw Problem.field("cursor", "malformed");
        }
    }

    private MatterView view(ResultSet row, Reading how) throws SQLException {
        String code = row.getString("code");
        Kind kind = kinds.of(row.getString("kind"), row.getInt("kind_version"));
        Sight sight = how.sight();
        boolean personal = sight.personal();
        boolean hidden = row.getBoolean("anonymous") && !sight.own();
        String name = vault.open(row.getString("contact_name"), code);
        UnaryOperator<String> reading = how.holds() ? UnaryOperator.identity() : text -> redactor.redact(text, name);
        List<MatterView.Desk> desks = how.work().stream().map(this::desk).toList();
        String outcome = row.getString("outcome");
        String category = row.getString("category");
        Map<String, String> written = personal ? texts.of(code, reading) : Map.of();
        boolean done = outcome != null && kind.concludes(row.getString("status"));
        return new MatterView(
                code,
                kind.key(),
                kind.name().in(locale()),
                row.getString("status"),
                kind.status(row.getString("status")).in(locale()),
                done ? outcome : null,
                done ? kind.outcome(outcome).in(locale()) : null,
                category,
                city.category(String.valueOf(category)).map(Category::name).orElse(null),
                vault.open(row.getString(how.holds() ? "title" : "headline"), code),
                personal ? fieldViews.of(kind, values(row, kind, reading, written), how.holds() && !hidden) : List.of(),
                personal && (row.getString("datum") != null || row.getString("address") != null)
                        ? new MatterView.Place(
                                number(row, "lat"),
                                number(row, "lon"),
                                row.getString("datum"),
                                reading.apply(vault.open(row.getString("address"), code)))
                        : null,
                how.holds() ? null : true,
                row.getString("grid_code"),
                city.grid(row.getString("grid_code")).map(Grid::name).orElse(null),
                row.getString("community_code"),
                row.getString("street_code"),
                row.getBoolean("anonymous"),
                !personal || hidden
                        ? null
                        : person(name, vault.open(row.getString("contact_phone"), code), how.holds()),
                row.getString("lead"),
                row.getString("urgency"),
                row.getInt("urged"),
                desks.isEmpty() ? null : desks.getFirst(),
                desks.isEmpty() ? null : desks.getFirst().dueAt(),
                desks,
                instant(row, "created_at"),
                instant(row, "updated_at"),
                instant(row, "closed_at"),
                timeline.of(code, kind, sight, reading),
                orders.of(code, personal ? reading : null),
                personal ? attachments.of(code) : List.of(),
                written);
    }

    /** What the kind's own fields hold, those that people wrote among them, by name. */
    private Map<String, Object> values(
            ResultSet row, Kind kind, UnaryOperator<String> reading, Map<String, String> written) throws SQLException {
        Map<String, Object> values = new LinkedHashMap<>(json.read(row.getString("fields")));
        values.putAll(written);
        if (kind.title() != null) {
            values.putIfAbsent(kind.title(), reading.apply(vault.open(row.getString("title"), row.getString("code"))));
        }
        return values;
    }

    private MatterView.Summary summary(ResultSet row, Actor actor) throws SQLException {
        Kind kind = kinds.of(row.getString("kind"), row.getInt("kind_version"));
        String status = row.getString("status");
        String outcome = status.equals(Kind.CLOSED) ? row.getString("outcome") : null;
        return new MatterView.Summary(
                row.getString("code"),
                kind.key(),
                kind.name().in(locale()),
                status,
                kind.status(status).in(locale()),
                outcome,
                outcome == null ? null : kind.outcome(outcome).in(locale()),
                row.getString("category"),
                vault.open(
                        row.getString(actor.username().equals(row.getString("reporter")) ? "title" : "headline"),
                        row.getString("code")),
                row.getString("grid_code"),
                instant(row, "created_at"),
                instant(row, "updated_at"));
    }

    private MatterView.Desk desk(OpenWork.Work work) {
        return new MatterView.Desk(
                work.desk(), city.deskName(work.desk()), work.taskKey(), work.taskName(), work.dueAt());
    }

    private static MatterView.Person person(String name, String phone, boolean holds) {
        return name == null && phone == null
                ? null
                : holds
                        ? new MatterView.Person(name, phone)
                        : new MatterView.Person(Masks.name(name), Masks.phone(phone));
    }

    private static Locale locale() {
        return LocaleContextHolder.getLocale();
    }

    private static Double number(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? null : value;
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp value = row.getTimestamp(column);
        return value == null ? null : value.toInstant();
    }
}
