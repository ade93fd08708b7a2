package io.liudan.notification;

import io.liudan.identity.Addresses;
import io.liudan.identity.RateLimits;
import io.liudan.identity.Residents;
import io.liudan.identity.Vault;
import io.liudan.problem.Problem;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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
     * Who asks.
     *
     * @param address from where
     * @param browser what of theirs the code is for: nobody else can guess at it, or have another sent in its place
     */
    public record Asker(String address, String browser) {}

    /** What a browser is to do before a code is sent to this number. */
    record Task(String challenge, int bits) {}

    /** @throws Problem 422 for what is no number */
    Task task(String phone, Asker asker) {
        byte[] index = vault.index(Residents.mobile(phone));
        boolean known = known(index, vault.index("address", Addresses.network(asker.address())));
        int bits = limits.work().bits(known ? 0 : byStrangers(index));
        return new Task(
                Work.challenge(vault, HexFormat.of().formatHex(index), asker.browser(), bits, clock.instant()), bits);
    }

    /**
     * Sends a code to whoever did what {@link #task} asked.
     *
     * @param answer to the challenge
     * @return the asker's browser, as the challenge has it
     * @throws Problem 422 for what is no number or work that isn't done, 429 when it comes too often, 503 when nobody
     *     carries texts
     */
    String send(String phone, String address, String challenge, String answer) {
        String number = Residents.mobile(phone);
        Work work = Work.read(vault, challenge);
        work.require(challenge, answer, HexFormat.of().formatHex(vault.index(number)), clock.instant());
        send(number, new Asker(address, work.browser()), Purpose.SIGN_IN, work.id());
        return work.browser();
    }

    /** Sends a code to whom somebody else vouches for: WeChat, or a desk. Otherwise as the other one. */
    public void send(String phone, Asker asker, Purpose purpose) {
        send(Residents.mobile(phone), asker, purpose, null);
    }

    /** The browser of a challenge, to which the code for it was sent. */
    String browser(String challenge) {
        return Work.read(vault, challenge).browser();
    }

    private void send(String number, Asker asker, Purpose purpose, String work) {
        TextMessages carrier = texts.getIfAvailable();
        if (carrier == null) {
            throw Problem.refusal(503, "no-texts");
        }
        String code = "%06d".formatted(random.nextInt(BOUND));
        // The row first: what was perhaps sent counts.
        long note =
                transaction.execute(status -> note(number, asker, vault.index("code", purpose + number + code), work));
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

    private long note(String number, Asker asker, byte[] code, String work) {
        byte[] phone = vault.index(number);
        byte[] address = vault.index("address", Addresses.network(asker.address()));
        byte[] browser = vault.index("browser", asker.browser());
        // Those who ask for the same number, or from the same address, take turns; the smaller lock first.
        Stream.of(phone, address)
                .map(index -> ByteBuffer.wrap(index).getLong())
                .sorted()
                .forEach(lock -> jdbc.sql("select pg_advisory_xact_lock(?)")
                        .param(lock)
                        .query((row, n) -> 0)
                        .list());
        Instant now = clock.instant();
        latest(phone, browser)
                .map(Sent::at)
                .filter(at -> at.plus(limits.between()).isAfter(now))
                .ifPresent(at -> {
                    Duration wait = Duration.between(now, at.plus(limits.between()));
                    throw Problem.tooMany("code-just-sent", wait, wait.toSeconds() + 1);
                });
        boolean stranger = !known(phone, address);
        require(
                limits.phoneFromAddressADay(),
                "phone_index = ? and address_index = ?",
                DAY,
                "codes-of-phone",
                phone,
                address);
        if (stranger) {
            require(limits.phoneByStrangersADay(), "phone_index = ? and stranger", DAY, "codes-of-phone", phone);
        }
        require(limits.addressAnHour(), "address_index = ?", HOUR, "codes-of-address", address);
        require(limits.cityAnHour(), "phone_index <> ?", HOUR, "codes-of-city", phone);
        return jdbc.sql("""
                insert into one_time_code (phone_index, address_index, browser_index, stranger, work, code_hash, created_at)
                values (?, ?, ?, ?, ?, ?, ?) on conflict (work) do nothing returning id""")
                .param(1, phone)
                .param(2, address)
                .param(3, browser)
                .param(4, stranger)
                .param(5, work, Types.VARCHAR)
                .param(6, code)
                .param(7, at(now))
                .query(Long.class)
                .optional()
                .orElseThrow(() -> Problem.field("work", "work-not-done"));
    }

    private boolean known(byte[] phone, byte[] address) {
        return !jdbc.sql("select 1 from proved_place where phone_index = ? and address_index = ?")
                .params(phone, address)
                .query()
                .listOfRows()
                .isEmpty();
    }

    private long byStrangers(byte[] phone) {
        return jdbc.sql("select count(*) from one_time_code where phone_index = ? and stranger and created_at > ?")
                .params(phone, at(clock.instant().minus(DAY)))
                .query(Long.class)
                .single();
    }

    private void require(int most, String which, Duration span, String problem, byte[]... indexes) {
        List<Object> params = new ArrayList<>(List.of(at(clock.instant().minus(span))));
        params.addAll(List.of(indexes));
        long sent = jdbc.sql("select count(*) from one_time_code where created_at > ? and " + which)
                .params(params)
                .query(Long.class)
                .single();
        if (sent >= most) {
            Instant first = jdbc.sql("select min(created_at) from one_time_code where created_at > ? and " + which)
                    .params(params)
                    .query(OffsetDateTime.class)
                    .single()
                    .toInstant();
            throw Problem.tooMany(problem, Duration.between(clock.instant().minus(span), first));
        }
    }

    /**
     * A code serves once, and only whom it was sent for.
     *
     * @return the number, as {@link Residents#mobile} has it
     * @throws Problem 422 when it isn't the one that was sent last for this browser, is too old, or was guessed at too
     *     often
     */
    public String check(String phone, Asker asker, String code, Purpose purpose) {
        String number = Residents.mobile(phone);
        byte[] index = vault.index(number);
        byte[] browser = vault.index("browser", asker.browser());
        byte[] hash = vault.index("code", purpose + number + code);
        // A wrong guess is remembered before it is told.
        String refusal = transaction.execute(status -> {
            jdbc.sql(
                            "select id from one_time_code where phone_index = ? and browser_index = ? order by id desc limit 1 for update")
                    .params(index, browser)
                    .query(Long.class)
                    .optional();
            Optional<Sent> last = latest(index, browser)
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
            if (right && purpose == Purpose.SIGN_IN) {
                remember(index, vault.index("address", Addresses.network(asker.address())));
            }
            return right ? null : "code-wrong";
        });
        if (refusal != null) {
            throw Problem.field("code", refusal);
        }
        return number;
    }

    private void remember(byte[] phone, byte[] address) {
        jdbc.sql("""
                insert into proved_place (phone_index, address_index, proved_at) values (?, ?, ?)
                on conflict (phone_index, address_index) do update set proved_at = excluded.proved_at""").params(phone, address, at(clock.instant())).update();
    }

    private Optional<Sent> latest(byte[] phone, byte[] browser) {
        return jdbc.sql(
                        "select * from one_time_code where phone_index = ? and browser_index = ? order by id desc limit 1")
                .params(phone, browser)
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
        jdbc.sql("delete from proved_place where proved_at < ?")
                .param(at(clock.instant().minus(limits.numberProvedFor())))
                .update();
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
