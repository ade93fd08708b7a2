package io.liudan.integration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.liudan.camunda7.Camunda7Component;
import io.liudan.camunda7.ExpiredMessages;
import io.liudan.camunda7.FailedTasks;
import io.liudan.camunda7.FailedTasks.FailedTask;
import io.liudan.identity.Vault;
import io.liudan.problem.Problem;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/**
 * What couldn't be brought to a department's system or taken from it, of all connectors in one place: external tasks
 * without attempts left, messages that came in and can't be taken, and messages of routes ({@code camunda7:message})
 * for which no process waited in time.
 */
@Service
class DeadLetters {

    private static final String OUT = "out-";
    private static final String IN = "in-";
    private static final String PARKED = "parked-";
    private static final String DISCARDED = "DISCARDED";
    /** So many operators look through; the rest shows when these are dealt with. */
    private static final int MOST = 1_000;

    private final Camunda7Component engine;
    private final Inbox inbox;
    private final DepartmentRoutes departments;
    private final WorkOrderDocuments documents;
    private final PayloadMask mask;
    private final ObjectMapper json;
    private final JdbcClient jdbc;
    private final Vault vault;
    private final Clock clock;
    private final Duration life;

    DeadLetters(
            Camunda7Component engine,
            Inbox inbox,
            DepartmentRoutes departments,
            WorkOrderDocuments documents,
            PayloadMask mask,
            ObjectMapper json,
            JdbcClient jdbc,
            Vault vault,
            Clock clock,
            IntegrationProperties properties) {
        this.engine = engine;
        this.inbox = inbox;
        this.departments = departments;
        this.documents = documents;
        this.mask = mask;
        this.json = json;
        this.jdbc = jdbc;
        this.vault = vault;
        this.clock = clock;
        this.life = properties.earlyMessages();
    }

    enum Direction {
        IN,
        OUT
    }

    /**
     * @param connector code of the department; absent for a message of a route that belongs to none
     * @param at when it came to its end
     * @param attempts of a message that came in; absent for deliveries, whose attempts their retry cycle tells
     * @param reason what the last attempt said: route, endpoint, status; or why a message can't be taken
     */
    record Letter(
            String id,
            Direction direction,
            String connector,
            String workOrder,
            String requestCode,
            String channel,
            Instant at,
            Integer attempts,
            String reason) {}

    /**
     * @param payload the message, masked
     * @param details of the last attempt, masked
     * @param history what operators did with it before
     */
    record Detail(Letter letter, String payload, String details, List<Action> history) {}

    record Action(String action, String actor, String reason, Instant at) {}

    /** @param next cursor of the next page, absent at the end */
    record Page(List<Letter> items, String next) {}

    /** The newest first; {@code connector} and {@code direction} may be {@code null} for all. */
    Page list(String connector, Direction direction, int offset, int limit) {
        int most = Math.min(offset, MOST) + limit + 1;
        Stream<Found> out = direction == Direction.IN
                ? Stream.of()
                : failed().list(connector == null ? null : Connectors.TOPIC + connector, most).stream()
                        .map(task -> new Found(task.failedAt(), () -> letter(task)));
        Stream<Found> parked = direction == Direction.OUT || connector != null
                ? Stream.of()
                : engine.expiredMessages().list(most).stream()
                        .map(message -> new Found(message.expiredAt(), () -> letter(message)));
        Stream<Found> in = direction == Direction.OUT
                ? Stream.of()
                : inbox.dead(connector, null, most).stream()
                        .map(message -> new Found(message.receivedAt(), () -> letter(message)));
        List<Found> page = Stream.of(out, in, parked)
                .flatMap(found -> found)
                .sorted(Comparator.comparing(Found::at, Comparator.nullsLast(Comparator.reverseOrder())))
                .skip(offset)
                .limit(limit + 1L)
                .toList();
        return new Page(
                page.stream().limit(limit).map(found -> found.letter().get()).toList(),
                page.size() > limit ? Integer.toString(offset + limit) : null);
    }

    /** What a letter says is looked up only if it is shown. */
    private record Found(Instant at, Supplier<Letter> letter) {}

    Detail get(String id) {
        if (id.startsWith(OUT)) {
            FailedTask task = failed().find(id.substring(OUT.length())).orElseThrow(() -> gone(id));
            return new Detail(letter(task), payload(task), failed().details(task.id()), history(id));
        }
        if (id.startsWith(PARKED)) {
            ExpiredMessages.Expired message =
                    number(id, PARKED).flatMap(engine.expiredMessages()::find).orElseThrow(() -> gone(id));
            return new Detail(
                    letter(message),
                    mask.mask(write(message.variables())),
                    mask.mask(write(message.correlation())),
                    history(id));
        }
        Inbox.Message message =
                incoming(id).filter(found -> found.state() == Inbox.State.DEAD).orElseThrow(() -> gone(id));
        return new Detail(letter(message), mask.mask(message.body()), message.reason(), history(id));
    }

    /**
     * Once more, as if it were the first time.
     *
     * @throws Problem 409 for a delivery to a department without a file: nobody would carry it
     */
    void replay(String id, String actor) {
        if (id.startsWith(OUT)) {
            failed().find(id.substring(OUT.length()))
                    .map(task -> department(task.topic()))
                    .filter(department -> !departments.isConnected(department))
                    .ifPresent(department -> {
                        throw Problem.conflict("connector-gone", department);
                    });
        }
        boolean done = id.startsWith(OUT)
                ? failed().retry(id.substring(OUT.length()))
                : id.startsWith(PARKED)
                        ? number(id, PARKED)
                                .map(parked -> engine.expiredMessages().retry(parked, life))
                                .orElse(false)
                        : number(id, IN).map(inbox::replay).orElse(false);
        note(done, id, "REPLAY", actor, null);
    }

    /** For good: the process goes the way that the model has for it; a message in is left out. */
    void discard(String id, String actor, String reason) {
        if (reason == null || reason.isBlank()) {
            throw Problem.field("reason", "required");
        }
        boolean done = id.startsWith(OUT)
                ? failed().raise(id.substring(OUT.length()), DISCARDED, null)
                : id.startsWith(PARKED)
                        ? number(id, PARKED)
                                .map(engine.expiredMessages()::discard)
                                .orElse(false)
                        : number(id, IN).map(inbox::discard).orElse(false);
        note(done, id, "DISCARD", actor, reason.strip());
    }

    private void note(boolean done, String id, String action, String actor, String reason) {
        if (!done) {
            throw gone(id);
        }
        jdbc.sql("insert into dead_letter_action (letter, action, actor, reason, at) values (?, ?, ?, ?, ?)")
                .param(1, id)
                .param(2, action)
                .param(3, actor)
                .param(4, vault.seal(reason, id), Types.VARCHAR)
                .param(5, clock.instant().atOffset(ZoneOffset.UTC))
                .update();
    }

    private List<Action> history(String id) {
        return new ArrayList<>(
                jdbc.sql("select action, actor, reason, at from dead_letter_action where letter = ? order by id")
                        .param(id)
                        .query((row, n) -> new Action(
                                row.getString("action"),
                                row.getString("actor"),
                                vault.open(row.getString("reason"), id),
                                row.getTimestamp("at").toInstant()))
                        .list());
    }

    private FailedTasks failed() {
        return engine.failedTasks();
    }

    private Letter letter(FailedTask task) {
        String connector = department(task.topic());
        return new Letter(
                OUT + task.id(),
                Direction.OUT,
                connector,
                message(task).map(message -> message.workOrder().code()).orElse(null),
                task.businessKey(),
                task.topic(),
                task.failedAt(),
                null,
                task.line());
    }

    private static String department(String topic) {
        return Connectors.department(topic).orElse(topic);
    }

    private static Letter letter(Inbox.Message message) {
        String order = message.workOrder() != null
                        && WorkOrderAnswers.CODE.matcher(message.workOrder()).matches()
                ? message.workOrder()
                : null;
        return new Letter(
                IN + message.id(),
                Direction.IN,
                message.department(),
                order,
                order == null ? null : order.replaceFirst("-.*", ""),
                message.channel(),
                message.receivedAt(),
                message.attempts(),
                message.reason());
    }

    private static Letter letter(ExpiredMessages.Expired message) {
        return new Letter(
                PARKED + message.id(),
                Direction.IN,
                null,
                null,
                message.businessKey(),
                message.name(),
                message.expiredAt(),
                message.attempts(),
                "no process waited for it in time");
    }

    private String payload(FailedTask task) {
        return message(task).map(message -> mask.mask(write(message))).orElse("");
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private Optional<WorkOrderDocument.Message> message(FailedTask task) {
        return failed().variable(task, "change") instanceof Number change
                ? Optional.of(documents.preview(change.longValue()))
                : Optional.empty();
    }

    private Optional<Inbox.Message> incoming(String id) {
        return number(id, IN).flatMap(inbox::find);
    }

    private static Optional<Long> number(String id, String kind) {
        return id.matches(kind + "\\d{1,18}")
                ? Optional.of(Long.valueOf(id.substring(kind.length())))
                : Optional.empty();
    }

    private static Problem gone(String id) {
        return Problem.notFound("no-such-dead-letter", id);
    }
}
