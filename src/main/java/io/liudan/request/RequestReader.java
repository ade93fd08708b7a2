package io.liudan.request;

import io.liudan.directory.Category;
import io.liudan.directory.CityDirectory;
import io.liudan.directory.Grid;
import io.liudan.directory.OrgUnit;
import io.liudan.identity.Actor;
import io.liudan.identity.Audit;
import io.liudan.identity.Masks;
import io.liudan.identity.Redactor;
import io.liudan.identity.Vault;
import io.liudan.problem.Problem;
import io.liudan.request.RequestPolicy.Sight;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/**
 * Shows requests to those whom {@link RequestPolicy} lets see them. Whoever filed one, and a desk while it is at work
 * on it, reads it as it was written; anybody else without what tells who somebody is.
 */
@Service
class RequestReader {

    private static final int PAGE_LIMIT = 100;
    private static final int REASON_LIMIT = 500;
    /** Whoever calls the desk is found by the number. */
    private static final String PHONE = "(?:\\+?86)?[ -]?1\\d{2}[ -]?\\d{4}[ -]?\\d{4}|0\\d{2,3}-?\\d{7,8}";

    private final JdbcClient jdbc;
    private final CityDirectory city;
    private final EventLog events;
    private final Attachments attachments;
    private final OpenWork openWork;
    private final RequestPolicy policy;
    private final Vault vault;
    private final Redactor redactor;
    private final Audit audit;
    private final MessageSource messages;

    RequestReader(
            JdbcClient jdbc,
            CityDirectory city,
            EventLog events,
            Attachments attachments,
            OpenWork openWork,
            RequestPolicy policy,
            Vault vault,
            Redactor redactor,
            Audit audit,
            MessageSource messages) {
        this.jdbc = jdbc;
        this.city = city;
        this.events = events;
        this.attachments = attachments;
        this.openWork = openWork;
        this.policy = policy;
        this.vault = vault;
        this.redactor = redactor;
        this.audit = audit;
        this.messages = messages;
    }

    record Page(List<RequestView.Summary> items, String next) {}

    /** @throws Problem 404 when there is no such request or the actor may not know of it */
    RequestView get(Actor actor, String code) {
        Sight sight = policy.require(actor, code);
        if (sight.official() || !actor.desks().isEmpty()) {
            audit.record("request.read", code, sight.policy());
        }
        return view(code, actor, sight);
    }

    /** As it was written, to somebody who is there to work on it and says what for. */
    RequestView unmasked(Actor actor, String code, String reason) {
        Sight sight = policy.requireOfficial(actor, code);
        if (reason == null || reason.isBlank()) {
            throw Problem.field("reason", "required");
        }
        if (reason.length() > REASON_LIMIT) {
            throw Problem.field("reason", "too-long", REASON_LIMIT);
        }
        audit.record("request.unmask", code, sight.policy(), reason.strip());
        return view(code, sight, true, openWork.of(code));
    }

    /** Stores the request's texts without what tells who somebody is; in the caller's transaction. */
    void withoutIdentifiers(String code) {
        String name = vault.open(
                jdbc.sql("select contact_name from service_request where code = ?")
                        .param(code)
                        .query((row, n) -> Optional.ofNullable(row.getString(1)))
                        .single()
                        .orElse(null),
                code);
        UnaryOperator<String> reading = text -> redactor.redact(text, name);
        jdbc.sql("select title, description, rating_comment from service_request where code = ?")
                .param(code)
                .query((row, n) -> new String[] {row.getString(1), row.getString(2), row.getString(3)})
                .list()
                .forEach(texts -> jdbc.sql(
                                "update service_request set title = ?, description = ?, rating_comment = ? where code = ?")
                        .param(1, sealedAnew(texts[0], code, reading))
                        .param(2, sealedAnew(texts[1], code, reading))
                        .param(3, sealedAnew(texts[2], code, reading), Types.VARCHAR)
                        .param(4, code)
                        .update());
        events.rewrite(code, reading);
    }

    private String sealedAnew(String kept, String code, UnaryOperator<String> reading) {
        return kept == null || kept.isEmpty() ? kept : vault.seal(reading.apply(vault.open(kept, code)), code);
    }

    /** The answer to intake: the sender's own request, fresh. */
    RequestView fresh(String code, Actor actor) {
        return view(code, actor, Sight.OWN);
    }

    private RequestView view(String code, Actor actor, Sight sight) {
        List<OpenWork.Work> work = openWork.of(code);
        return view(
                code, sight, sight == Sight.OWN || work.stream().anyMatch(open -> actor.worksAt(open.desk())), work);
    }

    private RequestView view(String code, Sight sight, boolean holds, List<OpenWork.Work> work) {
        return jdbc.sql("select * from service_request where code = ?")
                .param(code)
                .query((row, n) -> view(row, sight, holds, work))
                .single();
    }

    Page list(Actor actor, boolean mine, Status status, String q, String cursor, int limit) {
        Map<String, Object> params = new HashMap<>(RequestPolicy.parameters(actor));
        StringBuilder where = new StringBuilder(RequestPolicy.condition(actor, mine));
        if (status != null) {
            where.append(" and r.status = :status");
            params.put("status", status.name());
        }
        if (q != null && !q.isBlank()) {
            search(q.strip(), actor, where, params);
        }
        if (cursor != null) {
            where.append(" and r.id < :cursor");
            params.put("cursor", number(cursor));
        }
        int size = Math.clamp(limit, 1, PAGE_LIMIT);
        List<Long> ids = new ArrayList<>();
        List<RequestView.Summary> items = new ArrayList<>(
                jdbc.sql("select r.* from service_request r where " + where + " order by r.id desc limit " + (size + 1))
                        .params(params)
                        .query((row, n) -> {
                            ids.add(row.getLong("id"));
                            return summary(row, actor);
                        })
                        .list());
        boolean more = items.size() > size;
        return new Page(more ? items.subList(0, size) : items, more ? Long.toString(ids.get(size - 1)) : null);
    }

    private void search(String q, Actor actor, StringBuilder where, Map<String, Object> params) {
        boolean byNumber = q.matches(PHONE) && !actor.desks().isEmpty();
        if (byNumber || redactor.mayBeName(q)) {
            // Whoever asked not to be known isn't found by who they are, but by themselves.
            where.append(" and (not r.anonymous or r.reporter = :searcher)");
            params.put("searcher", actor.username());
            audit.record("request.search", null, byNumber ? "number" : "name", q);
        }
        if (byNumber) {
            where.append(" and r.contact_index = :index");
            params.put("index", vault.index(q));
            return;
        }
        if (RequestCodes.valid(q)) {
            where.append(" and r.code = :q");
            params.put("q", q);
            return;
        }
        int n = 0;
        where.append(" and r.code in (select request_code from request_search s where true");
        for (String pair : Bigrams.of(q).split(" ")) {
            where.append(" and ' ' || s.bigrams || ' ' like :pair").append(n);
            params.put("pair" + n++, "% " + pair + " %");
        }
        where.append(")");
    }

    private static long number(String cursor) {
        try {
            return Long.parseLong(cursor);
        } catch (NumberFormatException e) {
            throw Problem.field("cursor", "malformed");
        }
    }

    /** @param holds whether the reader may read it as it was written */
    private RequestView view(ResultSet row, Sight sight, boolean holds, List<OpenWork.Work> work) throws SQLException {
        String code = row.getString("code");
        boolean personal = sight != Sight.FOLLOWER;
        boolean hidden = row.getBoolean("anonymous") && sight != Sight.OWN;
        String name = vault.open(row.getString("contact_name"), code);
        UnaryOperator<String> reading = holds ? UnaryOperator.identity() : text -> redactor.redact(text, name);
        List<RequestView.Desk> desks = work.stream().map(this::desk).toList();
        Outcome outcome = row.getString("outcome") == null ? null : Outcome.valueOf(row.getString("outcome"));
        Status status = Status.valueOf(row.getString("status"));
        boolean done = status == Status.CLOSED || status == Status.HANDLED;
        return new RequestView(
                code,
                status,
                text("status." + status),
                done ? outcome : null,
                done && outcome != null ? text("outcome." + outcome) : null,
                row.getString("category"),
                city.category(String.valueOf(row.getString("category")))
                        .map(Category::name)
                        .orElse(null),
                vault.open(row.getString(holds ? "title" : "headline"), code),
                personal ? reading.apply(vault.open(row.getString("description"), code)) : null,
                personal && row.getString("datum") != null
                        ? new RequestView.Place(
                                number(row, "lat"),
                                number(row, "lon"),
                                row.getString("datum"),
                                reading.apply(vault.open(row.getString("address"), code)))
                        : null,
                holds ? null : true,
                row.getString("grid_code"),
                city.grid(row.getString("grid_code")).map(Grid::name).orElse(null),
                row.getString("community_code"),
                row.getString("street_code"),
                row.getBoolean("anonymous"),
                !personal || hidden ? null : person(name, vault.open(row.getString("contact_phone"), code), holds),
                row.getString("lead"),
                row.getString("urgency"),
                row.getInt("urged"),
                desks.isEmpty() ? null : desks.getFirst(),
                desks.isEmpty() ? null : desks.getFirst().dueAt(),
                desks,
                row.getString("merged_into"),
                row.getString("rated"),
                rating(row, personal, reading),
                instant(row, "created_at"),
                instant(row, "updated_at"),
                instant(row, "closed_at"),
                events.of(code, reading).stream()
                        .filter(entry -> sight.official() || !entry.type().equals(Notes.COMMENTED))
                        .map(entry -> entry(entry, personal))
                        .toList(),
                workOrders(code, personal, reading),
                personal ? attachments.of(code) : List.of());
    }

    private RequestView.Summary summary(ResultSet row, Actor actor) throws SQLException {
        Status status = Status.valueOf(row.getString("status"));
        return new RequestView.Summary(
                row.getString("code"),
                status,
                text("status." + status),
                status == Status.CLOSED && row.getString("outcome") != null
                        ? Outcome.valueOf(row.getString("outcome"))
                        : null,
                row.getString("category"),
                vault.open(
                        row.getString(actor.username().equals(row.getString("reporter")) ? "title" : "headline"),
                        row.getString("code")),
                row.getString("grid_code"),
                instant(row, "created_at"),
                instant(row, "updated_at"));
    }

    private RequestView.Desk desk(OpenWork.Work work) {
        return new RequestView.Desk(
                work.desk(), city.deskName(work.desk()), work.taskKey(), work.taskName(), work.dueAt());
    }

    /** Followers see what happened and where, not the words in which the desks and the resident speak of the matter. */
    private RequestView.TimelineEntry entry(EventLog.Entry entry, boolean personal) {
        Map<String, Object> data = new LinkedHashMap<>(entry.data());
        if (!personal) {
            data.keySet().retainAll(List.of("status", "task", "step", "decision", "label"));
        }
        return new RequestView.TimelineEntry(
                entry.at(),
                entry.type(),
                words(entry),
                entry.desk(),
                entry.desk() == null ? null : city.deskName(entry.desk()),
                data);
    }

    /** Steps and decisions are called as the model called them at the time. */
    private String words(EventLog.Entry entry) {
        Object step = entry.data().get("step");
        if (entry.data().get("decision") != null) {
            return text("event.decided", step, entry.data().get("label"));
        }
        if (!(entry.data().get("status") instanceof String status)) {
            return text("event." + entry.type());
        }
        return step == null
                ? text("status." + status)
                : text(
                        Boolean.TRUE.equals(entry.data().get("desk")) ? "event.waits" : "event.reached",
                        text("status." + status),
                        step);
    }

    private List<RequestView.WorkOrderView> workOrders(String code, boolean personal, UnaryOperator<String> reading) {
        return jdbc.sql("select * from work_order where request_code = ? order by id")
                .param(code)
                .query((row, n) -> new RequestView.WorkOrderView(
                        row.getString("department"),
                        city.unit(row.getString("department"))
                                .map(OrgUnit::name)
                                .orElse(null),
                        row.getString("role"),
                        row.getString("status"),
                        personal ? reading.apply(vault.open(row.getString("report"), code)) : null,
                        instant(row, "issued_at"),
                        instant(row, "accepted_at"),
                        instant(row, "closed_at")))
                .list();
    }

    private RequestView.RatingView rating(ResultSet row, boolean personal, UnaryOperator<String> reading)
            throws SQLException {
        row.getBoolean("solved");
        return row.wasNull()
                ? null
                : new RequestView.RatingView(
                        row.getBoolean("contacted"),
                        row.getBoolean("solved"),
                        row.getInt("satisfied"),
                        personal
                                ? reading.apply(vault.open(row.getString("rating_comment"), row.getString("code")))
                                : null);
    }

    private static RequestView.Person person(String name, String phone, boolean holds) {
        return name == null && phone == null
                ? null
                : holds
                        ? new RequestView.Person(name, phone)
                        : new RequestView.Person(Masks.name(name), Masks.phone(phone));
    }

    private String text(String key, Object... args) {
        return messages.getMessage(key, args, key, LocaleContextHolder.getLocale());
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
