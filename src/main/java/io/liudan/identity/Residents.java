package io.liudan.identity;

import io.liudan.problem.Problem;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Who is behind residents' accounts: a phone number, a WeChat id, or both. Accounts have names that tell nothing; the
 * realm knows those alone.
 */
@Service
public class Residents {

    private static final String ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
    private static final int NAME_LENGTH = 14;
    /** 中国大陆手机号. */
    private static final Pattern MOBILE = Pattern.compile("(?:(?:\\+|00)?86)?(1[3-9]\\d{9})");

    private static final String WECHAT = "openid";

    private final JdbcClient jdbc;
    private final Vault vault;
    private final RateLimits limits;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    private record Known(String account, Instant provedAt) {}

    Residents(JdbcClient jdbc, Vault vault, RateLimits limits, PlatformTransactionManager transactions, Clock clock) {
        this.jdbc = jdbc;
        this.vault = vault;
        this.limits = limits;
        this.transaction = new TransactionTemplate(transactions);
        this.clock = clock;
    }

    /**
     * The account of whoever showed just now that a number is theirs; a new one for a new number, and for one that
     * nobody has shown for so long that somebody else may have it by now.
     *
     * @param phone as {@link #mobile} has it
     */
    public String byPhone(String phone) {
        return transaction.execute(status -> {
            lock();
            return ofNumber(phone).orElseGet(() -> create(phone));
        });
    }

    /** The account of a WeChat id that was joined to one. */
    public Optional<String> byOpenid(String openid) {
        return jdbc.sql("select account from resident where openid_index = ?")
                .param(vault.index(WECHAT, openid))
                .query(String.class)
                .optional();
    }

    /**
     * One account for a WeChat id and a number, both of which were shown just now to be the caller's.
     *
     * @throws Problem 409 when each of them has an account of its own
     */
    public String join(String openid, String phone) {
        return transaction.execute(status -> {
            lock();
            Optional<String> wechat = byOpenid(openid);
            Optional<String> number = ofNumber(phone);
            if (wechat.isPresent() && number.isPresent() && !wechat.equals(number)) {
                throw Problem.conflict("two-accounts");
            }
            if (wechat.isPresent()) {
                number(wechat.get(), phone);
                return wechat.get();
            }
            String account = number.orElseGet(() -> create(phone));
            jdbc.sql("update resident set openid = ?, openid_index = ? where account = ?")
                    .params(vault.seal(openid, place(account)), vault.index(WECHAT, openid), account)
                    .update();
            return account;
        });
    }

    /** An account for somebody who has neither. */
    public String withoutPhone() {
        return create(null);
    }

    /**
     * Gives an account a number that was shown just now to be its resident's.
     *
     * @throws Problem 409 when the number opens another account
     */
    public void give(String account, String phone) {
        transaction.executeWithoutResult(status -> {
            lock();
            if (ofNumber(phone).filter(other -> !other.equals(account)).isPresent()) {
                throw Problem.conflict("phone-taken");
            }
            number(account, phone);
        });
    }

    /**
     * @return the number's digits without country code and spaces
     * @throws Problem 422 when it is no number of a mobile phone
     */
    public static String mobile(String phone) {
        return Optional.ofNullable(phone)
                .map(typed -> MOBILE.matcher(typed.replaceAll("[\\s-]", "")))
                .filter(Matcher::matches)
                .map(found -> found.group(1))
                .orElseThrow(() -> Problem.field("phone", "no-mobile"));
    }

    /** The number by which somebody signs in. */
    public Optional<String> phone(String account) {
        return jdbc.sql("select phone from resident where account = ? and phone is not null")
                .param(account)
                .query(String.class)
                .optional()
                .map(kept -> vault.open(kept, place(account)));
    }

    /**
     * From now on nothing leads from a number or a WeChat id to this account.
     *
     * @return whether anything did
     */
    public boolean forget(String account) {
        return jdbc.sql("delete from resident where account = ?").param(account).update() > 0;
    }

    /**
     * The account that a number opens and goes on opening, unless it is too long since that was shown: then it opens
     * nothing any more.
     */
    private Optional<String> ofNumber(String phone) {
        byte[] index = vault.index(phone);
        Optional<Known> known = jdbc.sql("select account, phone_proved_at from resident where phone_index = ?")
                .param(index)
                .query(Residents::known)
                .optional();
        boolean stale = known.filter(one -> one.provedAt()
                        .isBefore(clock.instant().minus(limits.codes().numberProvedFor())))
                .isPresent();
        if (stale) {
            jdbc.sql(
                            "update resident set phone = null, phone_index = null, phone_proved_at = null where phone_index = ?")
                    .param(index)
                    .update();
            return Optional.empty();
        }
        known.ifPresent(one -> jdbc.sql("update resident set phone_proved_at = ? where account = ?")
                .params(now(), one.account())
                .update());
        return known.map(Known::account);
    }

    /** @param phone may be {@code null} */
    private String create(String phone) {
        StringBuilder name = new StringBuilder("r-");
        random.ints(NAME_LENGTH, 0, ALPHABET.length()).forEach(i -> name.append(ALPHABET.charAt(i)));
        String account = name.toString();
        jdbc.sql("insert into resident (account, created_at) values (?, ?)")
                .params(account, now())
                .update();
        if (phone != null) {
            number(account, phone);
        }
        return account;
    }

    private void number(String account, String phone) {
        jdbc.sql("update resident set phone = ?, phone_index = ?, phone_proved_at = ? where account = ?")
                .params(vault.seal(phone, place(account)), vault.index(phone), now(), account)
                .update();
    }

    /** First sign-ins are rare enough to come one after the other. */
    private void lock() {
        jdbc.sql("lock table resident in share row exclusive mode").update();
    }

    private static Known known(ResultSet row, int n) throws SQLException {
        return new Known(
                row.getString("account"), row.getTimestamp("phone_proved_at").toInstant());
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }

    private static String place(String account) {
        return "resident/" + account;
    }
}
