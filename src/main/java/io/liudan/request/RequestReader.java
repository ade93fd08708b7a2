package io.liudan.request;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.liudan.directory.Category;
import io.liudan.directory.CityDirectory;
import io.liudan.directory.Grid;
import io.liudan.directory.OrgUnit;
import io.liudan.identity.Actor;
import io.liudan.identity.Actor.Role;
import io.liudan.problem.Problem;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/**
 * Shows requests to those who may see them. One policy for one and for many: one's own and those one follows, those in which
 * one of one's desks has had a part, and all of them for supervision and administration.
 */
@Service
class RequestReader {

    private static final int PAGE_LIMIT = 100;

    private final JdbcClient jdbc;
    private final CityDirectory city;
    private final EventLog events;
    private final Attachments attachments;
    private final OpenWork openWork;
    private final MessageSource messages;

    RequestReader(JdbcClient jdbc, CityDirectory city, EventLog events, Attachments attachments, OpenWork openWork, MessageSource messages) {
        this.jdbc = jdbc;
        this.city = city;
        this.events = events;
        this.attachments = attachments;
        this.openWork = openWork;
        this.messages = messages;
    }

    /** How much of a request a reader may see, the most first. */
    private enum Insight { DESK, OWN, FOLLOWER }

    record Page(List<RequestView.Summary> items, String next) {
    }

    /** @throws Problem 404 when there is no such request or the actor may not know of it */
    RequestView get(Actor actor, String code) {
        Insight insight = insight(actor, code);
        List<OpenWork.Work> work = openWork.of(code);
        return jdbc.sql("select * from service_request where code = ?").param(code)
                .query((row, n) -> view(row, actor, insight, work)).single();
    }

    /** The answer to intake: the sender's own request, fresh. */
    RequestView fresh(String code, Actor actor) {
        return jdbc.sql("select * from service_request where code = ?").param(code)
                .query((row, n) -> view(row, actor, Insight.OWN, openWork.of(code))).single();
    }

    /** @throws Problem 404 when the actor may not know of the request */
    void requireInsight(Actor actor, String code) {
        insight(actor, code);
    }

    /** @throws Problem 404 when no desk of the actor has had a part in the request */
    void requireDesk(Actor actor, String code) {
        if (insight(actor, code) != Insight.DESK) {
            throw Problem.notFound("no-such-request", code);
        }
    }

    Page list(Actor actor, boolean mine, Status status, String q, String cursor, int limit) {
        Map<String, Object> params = new HashMap<>();
        StringBuilder where = new StringBuilder("true");
        policy(actor, mine, where, params);
        if (status != null) {
            where.append(" and r.status = :status");
            params.put("status", status.name());
        }
        if (q != null && !q.isBlank()) {
            search(q.strip(), where, params);
        }
        if (cursor != null) {
            where.append(" and r.id < :cursor");
            params.put("cursor", number(cursor));
        }
        int size = Math.clamp(limit, 1, PAGE_LIMIT);
        List<Long> ids = new ArrayList<>();
        List<RequestView.Summary> items = new ArrayList<>(jdbc.sql("select r.* from service_request r where " + where + " order by r.id desc limit " + (size + 1))
                .params(params).query((row, n) -> {
                    ids.add(row.getLong("id"));
                    return summary(row);
                }).list());
        boolean more = items.size() > size;
        return new Page(more ? items.subList(0, size) : items, more ? Long.toString(ids.get(size - 1)) : null);
    }

    /** What staff filed for themselves is among "mine"; beside the desks' requests it would cost the list its index. */
    private static void policy(Actor actor, boolean mine, StringBuilder where, Map<String, Object> params) {
        if (!mine && (actor.is(Role.SUPERVISOR) || actor.is(Role.ADMINISTRATOR))) {
            return;
        }
        if (mine || actor.desks().isEmpty()) {
            where.append(" and (r.reporter = :me or r.code in (select request_code from request_follower where follower = :me))");
            params.put("me", actor.username());
        } else {
            where.append(" and r.id in (select request_id from request_desk where desk in (:desks))");
            params.put("desks", actor.desks());
        }
    }

    private static void search(String q, StringBuilder where, Map<String, Object> params) {
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

    private Insight insight(Actor actor, String code) {
        List<Insight> found = jdbc.sql("""
                select case when exists (select 1 from request_desk d where d.request_id = r.id and d.desk in (:desks)) then 'DESK'
                            when r.reporter = :me then 'OWN'
                            when exists (select 1 from request_follower f where f.request_code = r.code and f.follower = :me) then 'FOLLOWER'
                       end as insight
                from service_request r where r.code = :code""")
                .param("desks", actor.desks().isEmpty() ? List.of("") : actor.desks()).param("me", actor.username()).param("code", code)
                .query((row, n) -> row.getString(1) == null ? null : Insight.valueOf(row.getString(1))).list();
        if (found.isEmpty()) {
            throw Problem.notFound("no-such-request", code);
        }
        if (found.getFirst() != Insight.OWN && (actor.is(Role.SUPERVISOR) || actor.is(Role.ADMINISTRATOR))) {
            return Insight.DESK;
        }
        if (found.getFirst() == null) {
            throw Problem.notFound("no-such-request", code);
        }
        return found.getFirst();
    }

    private RequestView view(ResultSet row, Actor actor, Insight insight, List<OpenWork.Work> work) throws SQLException {
        String code = row.getString("code");
        boolean personal = insight != Insight.FOLLOWER;
        boolean holds = insight == Insight.OWN || work.stream().anyMatch(open -> actor.worksAt(open.desk()));
        boolean hidden = row.getBoolean("anonymous") && insight != Insight.OWN;
        List<RequestView.Desk> desks = work.stream().map(this::desk).toList();
        Outcome outcome = row.getString("outcome") == null ? null : Outcome.valueOf(row.getString("outcome"));
        Status status = Status.valueOf(row.getString("status"));
        boolean done = status == Status.CLOSED || status == Status.HANDLED;
        return new RequestView(code, status, text("status." + status), done ? outcome : null,
                done && outcome != null ? text("outcome." + outcome) : null,
                row.getString("category"), city.category(String.valueOf(row.getString("category"))).map(Category::name).orElse(null),
                row.getString("title"), personal ? row.getString("description") : null,
                personal && row.getString("datum") != null
                        ? new RequestView.Place(number(row, "lat"), number(row, "lon"), row.getString("datum"), row.getString("address")) : null,
                row.getString("grid_code"), city.grid(row.getString("grid_code")).map(Grid::name).orElse(null),
                row.getString("community_code"), row.getString("street_code"), row.getBoolean("anonymous"),
                !personal || hidden || row.getString("contact_name") == null && row.getString("contact_phone") == null ? null
                        : new RequestView.Person(row.getString("contact_name"), holds ? row.getString("contact_phone") : masked(row.getString("contact_phone"))),
                row.getString("lead"), row.getString("urgency"), row.getInt("urged"),
                desks.isEmpty() ? null : desks.getFirst(), desks.isEmpty() ? null : desks.getFirst().dueAt(), desks, row.getString("merged_into"),
                row.getString("rated"), rating(row, personal), instant(row, "created_at"), instant(row, "updated_at"), instant(row, "closed_at"),
                events.of(code).stream().filter(entry -> insight == Insight.DESK || !entry.type().equals(Notes.COMMENTED))
                        .map(entry -> entry(entry, personal)).toList(), workOrders(code, personal),
                personal ? attachments.of(code) : List.of());
    }

    private RequestView.Summary summary(ResultSet row) throws SQLException {
        Status status = Status.valueOf(row.getString("status"));
        return new RequestView.Summary(row.getString("code"), status, text("status." + status),
                status == Status.CLOSED && row.getString("outcome") != null ? Outcome.valueOf(row.getString("outcome")) : null,
                row.getString("category"), row.getString("title"), row.getString("grid_code"), instant(row, "created_at"), instant(row, "updated_at"));
    }

    private RequestView.Desk desk(OpenWork.Work work) {
        return new RequestView.Desk(work.desk(), city.deskName(work.desk()), work.taskKey(), work.taskName(), work.dueAt());
    }

    /** Followers see what happened and where, not the words in which the desks and the resident speak of the matter. */
    private RequestView.TimelineEntry entry(EventLog.Entry entry, boolean personal) {
        Map<String, Object> data = new LinkedHashMap<>(entry.data());
        if (!personal) {
            data.keySet().retainAll(List.of("status", "task", "step", "decision", "label"));
        }
        String text = data.get("decision") == null ? text("event." + entry.type())
                : messages.getMessage("decision." + data.get("decision"), null, data.get("step") + "：" + data.get("label"), LocaleContextHolder.getLocale());
        return new RequestView.TimelineEntry(entry.at(), entry.type(), text, entry.desk(),
                entry.desk() == null ? null : city.deskName(entry.desk()), data);
    }

    private List<RequestView.WorkOrderView> workOrders(String code, boolean personal) {
        return jdbc.sql("select * from work_order where request_code = ? order by id").param(code)
                .query((row, n) -> new RequestView.WorkOrderView(row.getString("department"),
                        city.unit(row.getString("department")).map(OrgUnit::name).orElse(null), row.getString("role"), row.getString("status"),
                        personal ? row.getString("report") : null,
                        instant(row, "issued_at"), instant(row, "accepted_at"), instant(row, "closed_at"))).list();
    }

    private static RequestView.RatingView rating(ResultSet row, boolean personal) throws SQLException {
        row.getBoolean("solved");
        return row.wasNull() ? null : new RequestView.RatingView(row.getBoolean("contacted"), row.getBoolean("solved"),
                row.getInt("satisfied"), personal ? row.getString("rating_comment") : null);
    }

    /** The first three and the last two digits, as on Chinese bills. */
    private static String masked(String phone) {
        return phone == null ? null : phone.length() < 7 ? "*".repeat(phone.length())
                : phone.substring(0, 3) + "*".repeat(phone.length() - 5) + phone.substring(phone.length() - 2);
    }

    private String text(String key) {
        return messages.getMessage(key, null, key, LocaleContextHolder.getLocale());
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
