package io.liudan.request;

import io.liudan.identity.Vault;
import io.liudan.problem.Problem;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The verbs by which a process tells what became of a request. All of them run in the caller's transaction: the
 * engine's state, the request and its events commit together.
 */
@Service
@Transactional(propagation = Propagation.MANDATORY)
public class RequestProgress {

    /** A desk that has asked so often has to decide. */
    private static final int QUESTIONS = 10;

    private final JdbcClient jdbc;
    private final EventLog events;
    private final DepartmentOrders orders;
    private final ApplicationEventPublisher publisher;
    private final Vault vault;

    RequestProgress(
            JdbcClient jdbc,
            EventLog events,
            DepartmentOrders orders,
            ApplicationEventPublisher publisher,
            Vault vault) {
        this.jdbc = jdbc;
        this.events = events;
        this.orders = orders;
        this.publisher = publisher;
        this.vault = vault;
    }

    /**
     * What a desk decided.
     *
     * @param taskKey for example {@code verify}
     * @param taskName the step's name in the model
     * @param decision for example {@code CONFIRM}
     * @param label the decision's words in the model
     * @param desk the desk that decided
     * @param actor username
     * @param fields the decision's fields; those of the contract's vocabulary (lead, urgency, into, the rating) are
     *     stored with the request
     */
    public record Decision(
            String taskKey,
            String taskName,
            String decision,
            String label,
            String desk,
            String actor,
            List<Field> fields) {}

    /**
     * A field of a decision.
     *
     * @param label what the model calls it
     * @param value text, truth value, number or list of texts
     * @param word what people read for the value, {@code null} for the value itself; kept sealed
     * @param files whether the value is a list of uploaded files
     */
    public record Field(String name, String label, Object value, String word, boolean files) {}

    /**
     * Where a process is.
     *
     * @param name the step's name in the model, {@code null} where it has none
     * @param desk whether a desk is at work there now
     */
    public record Place(String name, boolean desk) {

        public static final Place NOWHERE = new Place(null, false);
    }

    /** The process reached a step that stands for this status. */
    public void reached(String code, Status status, Place place) {
        OffsetDateTime now = events.now();
        int changed = jdbc.sql("""
                update service_request set status = :status, updated_at = :now, closed_at = case when :closed then :now::timestamptz end,
                    rated = case when :closed and rated is null and outcome not in ('DECLINED', 'MERGED', 'WITHDRAWN') then 'NONE' else rated end
                where code = :code and status <> :status""")
                .param("status", status.name())
                .param("now", now)
                .param("closed", status == Status.CLOSED)
                .param("code", code)
                .update();
        if (changed > 0) {
            Map<String, Object> data = new LinkedHashMap<>(Map.of("status", status.name()));
            if (place.name() != null) {
                data.put("step", place.name());
                data.put("desk", place.desk());
            }
            events.append(code, status.name().toLowerCase().replace('_', '-'), null, null, data);
            if (status == Status.CLOSED) {
                jdbc.sql("update request_search set open = false where request_code = ?")
                        .param(code)
                        .update();
                jdbc.sql(
                                "insert into kept_data (class, request_code, closed_at) values ('contact', ?, ?), ('words', ?, ?)")
                        .params(code, now, code, now)
                        .update();
                orders.close(code);
                publisher.publishEvent(new RequestEvents.Closed(code));
            }
        }
    }

    /** The way that the process took stands for this outcome, should the request end here. */
    public void outcome(String code, Outcome outcome) {
        jdbc.sql("update service_request set outcome = ? where code = ?")
                .params(outcome.name(), code)
                .update();
    }

    /** A desk decided; goes into the event log, and into the request where its vocabulary has a place for it. */
    public void decided(String code, Decision decision) {
        Map<String, Object> fields = new LinkedHashMap<>();
        decision.fields().forEach(field -> fields.put(field.name(), field.value()));
        if (fields.get("solved") instanceof Boolean) {
            rated(
                    code,
                    new Rating(
                            (Boolean) fields.get("contacted"),
                            (Boolean) fields.get("solved"),
                            (Integer) fields.get("satisfied"),
                            fields.get("comment") instanceof String comment ? comment : null),
                    Rating.By.FOLLOW_UP,
                    null);
        }
        if (fields.get("into") instanceof String into) {
            merge(code, into);
        }
        if (fields.get("lead") instanceof String lead) {
            jdbc.sql("update service_request set lead = ?, urgency = coalesce(?, urgency) where code = ?")
                    .params(lead, fields.get("urgency"), code)
                    .update();
        }
        decision.fields().stream().filter(Field::files).forEach(field -> jdbc.sql(
                        "update attachment set request_code = :code where id in (:ids) and request_code is null")
                .param("code", code)
                .param("ids", uuids((Collection<?>) field.value()))
                .update());
        if (fields.containsKey("question")) {
            events.requireRoom(code, "decided", decision.decision(), QUESTIONS);
        }
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("task", decision.taskKey());
        data.put("step", decision.taskName());
        data.put("decision", decision.decision());
        data.put("label", decision.label());
        data.put("fields", fields);
        if (!fields.isEmpty()) {
            data.put("labels", texts(decision.fields(), Field::label));
            data.put("words", texts(decision.fields(), Field::word));
        }
        events.append(code, "decided", decision.actor(), decision.desk(), data);
    }

    private static Map<String, String> texts(List<Field> fields, Function<Field, String> text) {
        return fields.stream()
                .filter(field -> !field.files() && text.apply(field) != null)
                .collect(Collectors.toMap(Field::name, text, (one, other) -> one));
    }

    /**
     * Something happened to a request that everybody who may see it is to know.
     *
     * @param type last part of the CloudEvents type, for example {@code yellow-card}
     * @param desk whom it concerns, may be {@code null}
     * @param data no names, phone numbers or words of a resident
     */
    public void milestone(String code, String type, String actor, String desk, Map<String, Object> data) {
        events.append(code, type, actor, desk, data);
    }

    /** Locks an open request against everybody else's moves; empty when there is none of this code or it is closed. */
    public Optional<Status> lock(String code) {
        return jdbc.sql("select status from service_request where code = ? and status <> 'CLOSED' for update")
                .param(code)
                .query(String.class)
                .optional()
                .map(Status::valueOf);
    }

    /** How urgent the rules hold the request to be, until a street says otherwise. */
    public void urgency(String code, String urgency) {
        jdbc.sql("update service_request set urgency = ? where code = ?")
                .params(urgency, code)
                .update();
    }

    /** Which department leads, where somebody sets right what the process knows. */
    public void lead(String code, String department) {
        jdbc.sql("update service_request set lead = ? where code = ?")
                .params(department, code)
                .update();
    }

    /** A desk beside the grid, community and street of the request got work on it, and may see it from now on. */
    public void involve(String code, String desk) {
        jdbc.sql(
                        "insert into request_desk (desk, request_id) select ?, id from service_request where code = ? on conflict do nothing")
                .params(desk, code)
                .update();
    }

    /**
     * Whether a request with this code exists and may take others in: open or closed, but not itself merged into
     * another.
     */
    public boolean canTakeIn(String code) {
        return RequestCodes.valid(code)
                && !jdbc.sql("select 1 from service_request where code = ? and outcome is distinct from 'MERGED'")
                        .param(code)
                        .query()
                        .listOfRows()
                        .isEmpty();
    }

    /** Whether all of these are files of the request, or uploads of the actor's own that belong to no request yet. */
    public boolean mayServeAsEvidence(String code, String actor, Collection<String> ids) {
        return ids.isEmpty()
                || jdbc.sql("""
                select count(*) from attachment
                where id in (:ids) and (request_code = :code or request_code is null and owner = :actor)""")
                                .param("ids", uuids(ids))
                                .param("code", code)
                                .param("actor", String.valueOf(actor))
                                .query(Long.class)
                                .single()
                        == ids.stream().distinct().count();
    }

    private static List<UUID> uuids(Collection<?> ids) {
        return ids.stream().map(id -> UUID.fromString(id.toString())).toList();
    }

    void rated(String code, Rating rating, Rating.By by, String actor) {
        jdbc.sql("""
                update service_request set rated = ?, contacted = ?, solved = ?, satisfied = ?, rating_comment = ?, updated_at = ?
                where code = ?""")
                .params(
                        by.name(),
                        rating.contacted(),
                        rating.solved(),
                        rating.satisfied(),
                        vault.seal(rating.comment(), code),
                        events.now(),
                        code)
                .update();
        events.append(
                code,
                "rated",
                actor,
                null,
                Map.of(
                        "by",
                        by.name(),
                        "contacted",
                        rating.contacted(),
                        "solved",
                        rating.solved(),
                        "satisfied",
                        rating.satisfied()));
    }

    /**
     * The merged request's resident goes on being told everything: as a follower of the other one, with all who
     * followed this one.
     */
    private void merge(String code, String into) {
        if (into.equals(code)) {
            throw Problem.field("into", "merge-into-itself");
        }
        jdbc.sql("update service_request set merged_into = ? where code = ?")
                .params(into, code)
                .update();
        jdbc.sql("""
                insert into request_follower (request_code, follower, since)
                select :into, reporter, :now::timestamptz from service_request where code = :code
                union select :into, follower, :now::timestamptz from request_follower where request_code = :code
                on conflict do nothing""")
                .param("into", into)
                .param("code", code)
                .param("now", events.now())
                .update();
        events.append(into, "took-in", null, null, Map.of("merged", code));
    }
}
