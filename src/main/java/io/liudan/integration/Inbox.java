package io.liudan.integration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.liudan.identity.Retention;
import io.liudan.identity.Vault;
import io.liudan.integration.Exchanges.Outcome;
import io.liudan.matter.MatterEvents;
import io.liudan.problem.Problem;
import io.liudan.problem.ProblemTexts;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.DigestUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What came in from departments' systems, each message once. A caller who waits for the answer gets it, also the second
 * time; what comes over files, tables and topics is written down first and then worked off, in the order of arrival for
 * each work order. What comes too early, because files and topics overtake each other, steps aside until another
 * message has been done or its time is over; what can't be taken is a dead letter.
 */
@Component("inbox")
class Inbox {

    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
    private static final int KEY_LIMIT = 200;
    private static final int BATCH = 100;
    private static final int TRIES = 5;
    /** Anything else in its place isn't kept in clear. */
    private static final Pattern ORDER = Pattern.compile("\\d{4,10}-\\d{1,3}-[a-z]{2,20}");

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    enum State {
        WAITING,
        DONE,
        DEAD,
        DISCARDED
    }

    /** @param body as it came; empty once it is done, and in lists */
    record Message(
            long id,
            String department,
            String channel,
            String key,
            String workOrder,
            String body,
            State state,
            String reason,
            int attempts,
            Instant receivedAt,
            Instant expiresAt) {}

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final WorkOrderAnswers answers;
    private final ObjectMapper json;
    private final ProblemTexts texts;
    private final Vault vault;
    private final Retention retention;
    private final Exchanges exchanges;
    private final Clock clock;
    private final Duration life;

    Inbox(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            WorkOrderAnswers answers,
            ObjectMapper json,
            ProblemTexts texts,
            Vault vault,
            Retention retention,
            Exchanges exchanges,
            Clock clock,
            IntegrationProperties properties) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.answers = answers;
        this.json = json;
        this.texts = texts;
        this.vault = vault;
        this.retention = retention;
        this.exchanges = exchanges;
        this.clock = clock;
        this.life = properties.earlyMessages();
    }

    /**
     * Does once what a waiting caller asks for under this key, in one transaction.
     *
     * @param body what the caller sent; another one under the same key is refused
     * @return the answer as JSON, new or as it was the first time
     */
    String once(String department, String key, String body, Supplier<Object> call) {
        long begun = System.nanoTime();
        AtomicBoolean fresh = new AtomicBoolean();
        String fault = null;
        try {
            return onceOrNot(department, key, body, () -> {
                fresh.set(true);
                return call.get();
            });
        } catch (Problem refused) {
            fault = refused.code();
            throw refused;
        } finally {
            int millis = (int) Duration.ofNanos(System.nanoTime() - begun).toMillis();
            Outcome outcome = fault != null ? Outcome.REFUSED : fresh.get() ? Outcome.TAKEN : Outcome.REPEATED;
            exchanges.record(came(department, "api", key, body, 1, millis, outcome, fault));
        }
    }

    private Exchanges.Entry came(
            String department,
            String channel,
            String key,
            String body,
            int attempt,
            Integer millis,
            Outcome outcome,
            String fault) {
        return new Exchanges.Entry(
                0,
                null,
                department,
                DeadLetters.Direction.IN,
                channel,
                workOrder(body),
                key,
                attempt,
                body.getBytes(StandardCharsets.UTF_8).length,
                millis,
                outcome,
                fault,
                null);
    }

    private Exchanges.Entry came(Message message, Outcome outcome, String fault) {
        return came(
                message.department(),
                message.channel(),
                message.key(),
                message.body(),
                message.attempts() + 1,
                null,
                outcome,
                fault);
    }

    private String onceOrNot(String department, String key, String body, Supplier<Object> call) {
        if (key == null || key.isBlank() || key.length() > KEY_LIMIT) {
            throw Problem.badRequest("idempotency-key-missing", KEY_LIMIT);
        }
        String hash = DigestUtils.sha256Hex(body);
        for (int attempt = 1; ; attempt++) {
            try {
                return tryOnce(department, key, body, hash, call);
            } catch (Problem busy) {
                // Another department finished its part of the same request in that moment.
                if (!busy.code().equals("task-busy") || attempt == TRIES) {
                    throw busy;
                }
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(20_000_000L * attempt));
            }
        }
    }

    private String tryOnce(String department, String key, String body, String hash, Supplier<Object> call) {
        return transaction.execute(status -> {
            if (jdbc.sql("""
                    insert into inbound_message (department, channel, key, work_order, body, state, received_at, expires_at) values (?, 'api', ?, ?, ?, 'DONE', ?, ?)
                    on conflict do nothing""")
                            .param(1, department)
                            .param(2, key)
                            .param(3, workOrder(body), Types.VARCHAR)
                            .param(4, hash)
                            .param(5, now())
                            .param(6, now())
                            .update()
                    == 0) {
                return jdbc.sql("select body, answer from inbound_message where department = ? and key = ?")
                        .params(department, key)
                        .query((row, n) -> {
                            if (!row.getString("body").equals(hash)) {
                                throw Problem.unprocessable("idempotency-key-reused");
                            }
                            return vault.open(row.getString("answer"), place(department, key));
                        })
                        .single();
            }
            String answer = write(call.get());
            jdbc.sql("update inbound_message set answer = ? where department = ? and key = ?")
                    .params(vault.seal(answer, place(department, key)), department, key)
                    .update();
            return answer;
        });
    }

    /**
     * Takes a message in for good, whatever it says; in routes {@code bean: inbox?method=take}. It is worked off right
     * away where that is possible.
     *
     * @param key tells a repeated message; one that was taken before is left out. Where there is none, or none that can
     *     be kept, the message itself tells
     * @param text JSON: {@code {"workOrder": …, "action": …, …fields}}
     */
    public void take(String department, String channel, String key, String text) {
        String body = kept(text);
        String known =
                key == null || key.isBlank() || key.length() > KEY_LIMIT ? DigestUtils.sha256Hex(body) : kept(key);
        Optional<Long> id = transaction.execute(status -> jdbc.sql("""
                insert into inbound_message (department, channel, key, work_order, body, state, received_at, next_at, expires_at)
                values (?, ?, ?, ?, ?, 'WAITING', ?, ?, ?) on conflict do nothing returning id""")
                .param(1, department)
                .param(2, channel)
                .param(3, known)
                .param(4, workOrder(body), Types.VARCHAR)
                .param(5, vault.seal(body, place(department, known)))
                .param(6, now())
                .param(7, now())
                .param(8, now().plus(life))
                .query(Long.class)
                .optional());
        if (id.isEmpty()) {
            exchanges.record(came(department, channel, known, body, 1, null, Outcome.REPEATED, null));
        }
        id.ifPresent(this::workOff);
    }

    /** PostgreSQL has no place for one character, and a topic would offer the message again for ever. */
    private static String kept(String text) {
        return text == null ? "" : text.replace("\0", "");
    }

    private String workOrder(String body) {
        try {
            String order = json.readTree(body).path("workOrder").asText(null);
            return order == null || !ORDER.matcher(order).matches() ? null : order;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static String place(String department, String key) {
        return department + "/" + key;
    }

    private static String reasonPlace(long id) {
        return "inbound/" + id;
    }

    /** Messages whose time has come; what failed on one node is tried on whichever is first. */
    @Scheduled(fixedDelayString = "${liudan.integration.inbox-interval:1s}")
    void workOff() {
        boolean freed = true;
        while (freed) {
            freed = false;
            for (long id : jdbc.sql("""
                    select id from inbound_message m where state = 'WAITING' and next_at <= ? and not exists (
                        select from inbound_message before where before.state = 'WAITING' and not before.early and before.department = m.department
                            and before.work_order = m.work_order and before.id < m.id) order by id limit ?""").params(now(), BATCH).query(Long.class).list()) {
                freed |= tryOne(id);
            }
        }
    }

    private void workOff(long id) {
        if (tryOne(id)) {
            workOff();
        }
    }

    /** @return whether others may have waited for it */
    private boolean tryOne(long id) {
        AtomicReference<Message> tried = new AtomicReference<>();
        try {
            int freed = transaction.execute(status -> {
                locked(id).ifPresent(tried::set);
                return tried.get() == null ? 0 : apply(tried.get());
            });
            if (tried.get() != null) {
                exchanges.record(came(tried.get(), Outcome.TAKEN, null));
            }
            return freed > 0;
        } catch (Problem refused) {
            boolean early = refused.status() == 409 && !refused.code().equals("work-order-closed");
            settle(id, early, early, texts.sentence(refused));
            if (!early) {
                exchanges.record(came(tried.get(), Outcome.REFUSED, refused.code()));
            }
        } catch (RuntimeException e) {
            LOG.warn(
                    "Message {} of a department couldn't be worked off: {}",
                    id,
                    e.getClass().getName());
            settle(id, true, false, e.getClass().getSimpleName());
        }
        return false;
    }

    /** What was done is remembered by its key only, and that for a month. */
    @Scheduled(fixedDelay = 12, timeUnit = java.util.concurrent.TimeUnit.HOURS)
    void forget() {
        jdbc.sql("delete from inbound_message where state in ('DONE', 'DISCARDED') and received_at < ?")
                .param(now().minus(retention.of("answers")))
                .update();
    }

    @EventListener
    void forget(MatterEvents.Forgotten request) {
        jdbc.sql("delete from inbound_message where state <> 'WAITING' and work_order like ? || '-%'")
                .param(request.code())
                .update();
    }

    /** @return how many messages may have waited for this one */
    private int apply(Message message) {
        Map<String, Object> fields = read(message.body());
        String order = String.valueOf(fields.remove("workOrder"));
        String action = String.valueOf(fields.remove("action"));
        fields.remove("key");
        answers.apply(message.department(), order, action, fields, null);
        jdbc.sql("update inbound_message set state = 'DONE', reason = null, body = '' where id = ?")
                .param(message.id())
                .update();
        return jdbc.sql(
                        "update inbound_message set next_at = ? where state = 'WAITING' and early and department = ? and work_order = ?")
                .params(now(), message.department(), message.workOrder())
                .update();
    }

    /**
     * An earlier message for the same work order goes first, unless it came too early; one that another node is at is
     * left to it.
     */
    private Optional<Message> locked(long id) {
        return jdbc.sql("""
                select * from inbound_message m where id = ? and state = 'WAITING' and not exists (
                    select from inbound_message before where before.state = 'WAITING' and not before.early and before.department = m.department
                        and before.work_order = m.work_order and before.id < m.id) for update skip locked""").param(id).query(this::message).optional();
    }

    private void settle(long id, boolean again, boolean early, String reason) {
        jdbc.sql("""
                update inbound_message set reason = :reason, attempts = attempts + 1, early = :early or attempts >= 5,
                    state = case when :again and expires_at > :now then 'WAITING' else 'DEAD' end,
                    next_at = :now::timestamptz + least(interval '1 second' * power(2, least(attempts, 10)), interval '1 second' * :longest)
                where id = :id and state = 'WAITING'""")
                .param("reason", vault.seal(reason, reasonPlace(id)))
                .param("again", again)
                .param("early", early)
                .param("now", now())
                .param("longest", LONGEST_WAIT.toSeconds())
                .param("id", id)
                .update();
    }

    List<Message> dead(String department, Long before, int limit) {
        return jdbc.sql(
                        "select id, department, channel, key, work_order, '' as body, state, reason, attempts, received_at, expires_at from inbound_message where state = 'DEAD' and (?::text is null or department = ?) and id < ? order by id desc limit ?")
                .param(1, department, Types.VARCHAR)
                .param(2, department, Types.VARCHAR)
                .param(3, before == null ? Long.MAX_VALUE : before)
                .param(4, limit)
                .query(this::message)
                .list();
    }

    Optional<Message> find(long id) {
        return jdbc.sql("select * from inbound_message where id = ? and state in ('DEAD', 'WAITING')")
                .param(id)
                .query(this::message)
                .optional();
    }

    /** @return whether it was a dead letter */
    boolean replay(long id) {
        boolean dead = jdbc.sql(
                                "update inbound_message set state = 'WAITING', early = false, next_at = ?, expires_at = ? where id = ? and state = 'DEAD'")
                        .params(now(), now().plus(life), id)
                        .update()
                == 1;
        if (dead) {
            workOff(id);
        }
        return dead;
    }

    boolean discard(long id) {
        return jdbc.sql("update inbound_message set state = 'DISCARDED', body = '' where id = ? and state = 'DEAD'")
                        .param(id)
                        .update()
                == 1;
    }

    private Map<String, Object> read(String body) {
        try {
            return new HashMap<>(json.readValue(body, OBJECT));
        } catch (JsonProcessingException e) {
            throw Problem.badRequest("unreadable");
        }
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }

    private Message message(ResultSet row, int n) throws SQLException {
        Timestamp received = row.getTimestamp("received_at");
        return new Message(
                row.getLong("id"),
                row.getString("department"),
                row.getString("channel"),
                row.getString("key"),
                row.getString("work_order"),
                vault.open(row.getString("body"), place(row.getString("department"), row.getString("key"))),
                State.valueOf(row.getString("state")),
                vault.open(row.getString("reason"), reasonPlace(row.getLong("id"))),
                row.getInt("attempts"),
                received.toInstant(),
                row.getTimestamp("expires_at").toInstant());
    }
}
