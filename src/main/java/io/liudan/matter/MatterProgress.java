package io.liudan.matter;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
 * The verbs by which a process tells what became of a matter. All of them run in the caller's transaction: the engine's
 * state, the matter and its events commit together.
 */
@Service
@Transactional(propagation = Propagation.MANDATORY)
public class MatterProgress {

    private static final int REMEMBERED = 100_000;

    private final JdbcClient jdbc;
    private final Kinds kinds;
    private final EventLog events;
    private final ApplicationEventPublisher publisher;
    private final KindModules modules;
    /** What a matter is doesn't change. */
    private final Cache<Long, Began> began =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    MatterProgress(
            JdbcClient jdbc, Kinds kinds, EventLog events, ApplicationEventPublisher publisher, KindModules modules) {
        this.jdbc = jdbc;
        this.kinds = kinds;
        this.events = events;
        this.publisher = publisher;
        this.modules = modules;
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
     * @param fields the decision's fields; those of the contract's vocabulary (lead, urgency) are stored with the
     *     matter
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

    /**
     * The process reached a step that stands for this status.
     *
     * @param status one of the kind's
     * @throws IllegalArgumentException when it is none
     */
    public void reached(String code, String status, Place place) {
        require(code, status, Kind::statuses);
        OffsetDateTime now = events.now();
        Optional<Ended> ended = jdbc.sql("""
                update matter set status = :status, updated_at = :now, closed_at = case when :closed then :now::timestamptz end
                where id = :id and status <> :status returning kind, outcome""")
                .param("status", status)
                .param("now", now)
                .param("closed", status.equals(Kind.CLOSED))
                .param("id", MatterCodes.number(code))
                .query((row, n) -> new Ended(row.getString("kind"), row.getString("outcome")))
                .optional();
        if (ended.isEmpty()) {
            return;
        }
        Map<String, Object> data = new LinkedHashMap<>(Map.of("status", status));
        if (place.name() != null) {
            data.put("step", place.name());
            data.put("desk", place.desk());
        }
        events.append(code, status.toLowerCase(Locale.ROOT).replace('_', '-'), null, null, data);
        if (status.equals(Kind.CLOSED)) {
            close(code, ended.get(), now);
        }
    }

    private record Ended(String kind, String outcome) {}

    private void close(String code, Ended ended, OffsetDateTime now) {
        long number = MatterCodes.number(code);
        jdbc.sql("update matter_search set open = false where matter_id = ?")
                .param(number)
                .update();
        jdbc.sql(
                        "insert into kept_data (class, matter_id, kind, closed_at) values ('contact', ?, ?, ?), ('words', ?, ?, ?)")
                .params(number, ended.kind(), now, number, ended.kind(), now)
                .update();
        publisher.publishEvent(new MatterEvents.Closed(code, ended.kind(), ended.outcome()));
    }

    /**
     * The way that the process took stands for this outcome, should the matter end here.
     *
     * @param outcome one of the kind's
     * @throws IllegalArgumentException when it is none
     */
    public void outcome(String code, String outcome) {
        require(code, outcome, Kind::outcomes);
        jdbc.sql("update matter set outcome = ? where id = ?")
                .params(outcome, MatterCodes.number(code))
                .update();
    }

    /** A desk decided; goes into the event log, and into the matter where its vocabulary has a place for it. */
    public void decided(String code, Decision decision) {
        Map<String, Object> fields = new LinkedHashMap<>();
        decision.fields().forEach(field -> fields.put(field.name(), field.value()));
        module(code).ifPresent(module -> module.decided(code, decision.decision(), fields));
        if (fields.get("lead") instanceof String lead) {
            jdbc.sql("update matter set lead = ?, urgency = coalesce(?, urgency) where id = ?")
                    .params(lead, fields.get("urgency"), MatterCodes.number(code))
                    .update();
        }
        decision.fields().stream().filter(Field::files).forEach(field -> jdbc.sql(
                        "update attachment set matter_id = :matter where id in (:ids) and matter_id is null")
                .param("matter", MatterCodes.number(code))
                .param("ids", uuids((Collection<?>) field.value()))
                .update());
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

    /** What a matter began as. */
    private record Began(String kind, int version) {}

    private Began began(String code) {
        return began.get(
                MatterCodes.number(code), number -> jdbc.sql("select kind, kind_version from matter where id = ?")
                        .param(number)
                        .query((row, n) -> new Began(row.getString("kind"), row.getInt("kind_version")))
                        .optional()
                        .orElse(null));
    }

    /** A model may say what it likes in an expression; a word that its kind doesn't have, nobody could read. */
    private void require(String code, String word, Function<Kind, Map<String, Words>> words) {
        Began matter = began(code);
        if (matter != null
                && !words.apply(kinds.of(matter.kind(), matter.version())).containsKey(word)) {
            throw new IllegalArgumentException("The kind " + matter.kind() + " has no such word: " + word);
        }
    }

    private Optional<KindModule> module(String code) {
        return Optional.ofNullable(began(code)).map(Began::kind).flatMap(modules::of);
    }

    private static Map<String, String> texts(List<Field> fields, Function<Field, String> text) {
        return fields.stream()
                .filter(field -> !field.files() && text.apply(field) != null)
                .collect(Collectors.toMap(Field::name, text, (one, other) -> one));
    }

    /**
     * Something happened to a matter that everybody who may see it is to know.
     *
     * @param type last part of the CloudEvents type, for example {@code yellow-card}
     * @param desk whom it concerns, may be {@code null}
     * @param data no names, phone numbers or words of people
     */
    public void milestone(String code, String type, String actor, String desk, Map<String, Object> data) {
        events.append(code, type, actor, desk, data);
    }

    /** Whether somebody has decided at one of these steps. */
    public boolean decidedBy(String code, String username, Collection<String> steps) {
        return events.decidedBy(code, username, steps);
    }

    /** Locks an open matter against everybody else's moves; empty when there is none of this code or it is closed. */
    public Optional<String> lock(String code) {
        return jdbc.sql("select status from matter where id = ? and status <> 'CLOSED' for update")
                .param(MatterCodes.number(code))
                .query(String.class)
                .optional();
    }

    /** How urgent the rules hold the matter to be, until a street says otherwise. */
    public void urgency(String code, String urgency) {
        jdbc.sql("update matter set urgency = ? where id = ?")
                .params(urgency, MatterCodes.number(code))
                .update();
    }

    /** Which department leads, where somebody sets right what the process knows. */
    public void lead(String code, String department) {
        jdbc.sql("update matter set lead = ? where id = ?")
                .params(department, MatterCodes.number(code))
                .update();
    }

    /** A desk beside the grid, community and street of the matter got work on it, and may see it from now on. */
    public void involve(String code, String desk) {
        jdbc.sql(
                        "insert into matter_desk (desk, matter_id) select ?, id from matter where id = ? on conflict do nothing")
                .params(desk, MatterCodes.number(code))
                .update();
    }

    /** Whether there is a matter of this code. */
    @Transactional(propagation = Propagation.SUPPORTS)
    public boolean known(String code) {
        return !jdbc.sql("select 1 from matter where id = ?")
                .param(MatterCodes.number(code))
                .query()
                .listOfRows()
                .isEmpty();
    }

    /** Whether all of these are files of the matter, or uploads of the actor's own that belong to none yet. */
    @Transactional(propagation = Propagation.SUPPORTS)
    public boolean mayServeAsEvidence(String code, String actor, Collection<String> ids) {
        return ids.isEmpty()
                || jdbc.sql("""
                select count(*) from attachment
                where id in (:ids) and (matter_id = :matter or matter_id is null and owner = :actor)""")
                                .param("ids", uuids(ids))
                                .param("matter", MatterCodes.number(code))
                                .param("actor", String.valueOf(actor))
                                .query(Long.class)
                                .single()
                        == ids.stream().distinct().count();
    }

    private static List<UUID> uuids(Collection<?> ids) {
        return ids.stream().map(id -> UUID.fromString(id.toString())).toList();
    }
}
