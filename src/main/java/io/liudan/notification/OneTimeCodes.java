package io.liudan.notification;

import io.liudan.identity.Addresses;
import io.liudan.identity.RateLimits;
import io.liudan.identity.Residents;
import io.liudan.identity.Vault;
import io.liudan.problem.Problem;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Codes that show whose a phone number is. Of numbers, addresses and codes only keyed hashes are kept, for a day.
 * Limits: {@code keycloak/limits.yaml}.
 */
@Service
public class OneTimeCodes {

    private static final Logger LOG = LoggerFactory.getLogger(OneTimeCodes.class);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int BOUND = 1_000_000;

    private final JdbcClient jdbc;
    private final Vault vault;
    private final RateLimits.Codes limits;
    private final ObjectProvider<TextMessages> texts;
    private final MessageSource messages;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /** What a code is for; one is of no use for the other. */
    public enum Purpose {
        /** Told to nobody. */
        SIGN_IN("text.code"),
        /** Told to the desk that kept an account for whom it comes to. */
        HAND_OVER("text.hand-over-code");

        private final String text;

        Purpose(String text) {
            this.text = text;
        }
    }

    private record Sent(long id, byte[] hash, int tries, boolean used, Instant at) {}

    OneTimeCodes(
            JdbcClient jdbc,
            Vault vault,
            RateLimits limits,
            ObjectProvider<TextMessages> texts,
            MessageSource messages,
            PlatformTransactionManager transactions,
            Clock clock) {
        this.jdbc = jdbc;
        this.vault = vault;
        this.limits = limits.codes();
        this.texts = texts;
        this.messages = messages;
        this.transaction = new TransactionTemplate(transactions);
        // What was sent and what was guessed stays noted, whatever becomes of what it was for.
        this.transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        this.clock = clock;
    }

    /**
     * Sends a code; one that was sent before is of no use any more.
     *
     * @param address from where it is asked for
     * @throws Problem 422 for what is no number, 429 when it comes too often, 503 when nobody carries texts
     */
    public void send(String phone, String address, Purpose purpose) {
        String number = Residents.mobile(phone);
        TextMessages carrier = texts.getIfAvailable();
        if (carrier == null) {
            throw Problem.refusal(503, "no-texts");
        }
        String code = "%06d".formatted(random.nextInt(BOUND));
        // The row first: what was perhaps sent counts.
        long note = transaction.execute(status -> note(
                vault.index(number),
                vault.index("address", Addresses.network(address)),
                vault.index("code", purpose + number + code)));
        try {
            carrier.send(
                    number,
                    messages.getMessage(
                            purpose.text,
                            new Object[] {code, limits.valid().toMinutes()},
                            LocaleContextHolder.getLocale()));
        } catch (RuntimeException e) {
            LOG.warn("A one-time code couldn't be sent: {}", e.getClass().getSimpleName());
            jdbc.sql("delete from one_time_code where id = ?").param(note).update();
            throw Problem.refusal(503, "no-texts");
        }
    }

    private long note(byte[] phone, byte[] address, byte[] code) {
        jdbc.sql("lock table one_time_code in share row exclusive mode").update();
        Instant now = clock.instant();
        latest(phone)
                .map(Sent::at)
                .filter(at -> at.plus(limits.between()).isAfter(now))
                .ifPresent(at -> {
                    Duration wait = Duration.between(now, at.plus(limits.between()));
                    throw Problem.tooMany("code-just-sent", wait, wait.toSeconds() + 1);
                });
        require(limits.phoneADay(), "phone_index = ?", phone, DAY, "codes-of-phone");
        require(limits.addressAnHour(), "address_index = ?", address, HOUR, "codes-of-address");
        require(limits.cityAnHour(), "phone_index <> ?", phone, HOUR, "codes-of-city");
        return jdbc.sql(
                        "insert into one_time_code (phone_index, address_index, code_hash, created_at) values (?, ?, ?, ?) returning id")
                .params(phone, address, code, at(now))
                .query(Long.class)
                .single();
    }

    private void require(int most, String which, byte[] index, Duration span, String problem) {
        Instant since = clock.instant().minus(span);
        long sent = jdbc.sql("select count(*) from one_time_code where created_at > ? and " + which)
                .params(at(since), index)
                .query(Long.class)
                .single();
        if (sent >= most) {
            Instant first = jdbc.sql("select min(created_at) from one_time_code where created_at > ? and " + which)
                    .params(at(since), index)
                    .query(OffsetDateTime.class)
                    .single()
                    .toInstant();
            throw Problem.tooMany(problem, Duration.between(since, first));
        }
    }

    /**
     * A code serves once.
     *
     * @return the number, as {@link Residents#mobile} has it
     * @throws Problem 422 when it isn't the one that was sent last, is too old, or was guessed at too often
     */
    public String check(String phone, String code, Purpose purpose) {
        String number = Residents.mobile(phone);
        byte[] index = vault.index(number);
        byte[] hash = vault.index("code", purpose + number + code);
        // A wrong guess is remembered before it is told.
        String refusal = transaction.execute(status -> {
            jdbc.sql("select id from one_time_code where phone_index = ? order by id desc limit 1 for update")
                    .param(index)
                    .query(Long.class)
                    .optional();
            Optional<Sent> last = latest(index)
                    .filter(sent -> !sent.used()
                            && sent.tries() < limits.tries()
                            && sent.at().plus(limits.valid()).isAfter(clock.instant()));
            if (last.isEmpty()) {
                return "code-over";
            }
            boolean right = MessageDigest.isEqual(hash, last.get().hash());
            jdbc.sql("update one_time_code set tries = tries + 1, used = ? where id = ?")
                    .params(right, last.get().id())
                    .update();
            return right ? null : "code-wrong";
        });
        if (refusal != null) {
            throw Problem.field("code", refusal);
        }
        return number;
    }

    private Optional<Sent> latest(byte[] phone) {
        return jdbc.sql("select * from one_time_code where phone_index = ? order by id desc limit 1")
                .param(phone)
                .query(OneTimeCodes::sent)
                .optional();
    }

    private static Sent sent(ResultSet row, int n) throws SQLException {
        return new Sent(
                row.getLong("id"),
                row.getBytes("code_hash"),
                row.getInt("tries"),
                row.getBoolean("used"),
                row.getTimestamp("created_at").toInstant());
    }

    @Scheduled(initialDelayString = "PT10M", fixedDelayString = "PT1H")
    void forget() {
        jdbc.sql("delete from one_time_code where created_at < ?")
                .param(at(clock.instant().minus(DAY)))
                .update();
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
