package io.liudan.identity;

import com.google.crypto.tink.Aead;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The keys that personal data is sealed with. They lie in the database, wrapped by the master key, which only the
 * environment has (envelope encryption). The newest one seals; older ones open what they sealed. One more key makes
 * blind indexes and never changes.
 */
@Component
class DataKeys {

    private static final String DATA = "DATA";
    private static final String INDEX = "INDEX";
    private static final int INDEX_LENGTH = 16;
    private static final int MASTER_NAME_LENGTH = 16;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final CipherKind kind;
    /** By the name that rows know them by, the current one first. */
    private final Map<String, byte[]> masters = new LinkedHashMap<>();

    private volatile Keys keys;

    /** @param cipher ready to use */
    record Key(int id, Aead cipher) {}

    /** @param master name of the master key that wraps it; says nothing of the key itself */
    record Description(int id, String purpose, CipherKind cipher, String master, Instant createdAt) {}

    private record Row(int id, String purpose, CipherKind cipher, String master, byte[] wrapped, Instant createdAt) {}

    private record Keys(TreeMap<Integer, Key> data, byte[] index) {}

    DataKeys(JdbcClient jdbc, PlatformTransactionManager transactions, Clock clock, PrivacyProperties properties) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.transaction.setPropagationBehavior(TransactionTemplate.PROPAGATION_REQUIRES_NEW);
        this.clock = clock;
        this.kind = properties.cipher();
        byte[] current = PrivacyProperties.bytes(properties.masterKey());
        masters.put(name(current), current);
        properties.formerMasterKeys().stream()
                .map(PrivacyProperties::bytes)
                .forEach(former -> masters.putIfAbsent(name(former), former));
        this.keys = load(true);
    }

    Key current() {
        return keys.data().lastEntry().getValue();
    }

    /** Another node may have made it a moment ago. */
    Key get(int id) {
        return Optional.ofNullable(keys.data().get(id))
                .or(() -> {
                    keys = load(false);
                    return Optional.ofNullable(keys.data().get(id));
                })
                .orElseThrow(() -> new IllegalStateException("There is no data key " + id));
    }

    byte[] index(String text) {
        return Arrays.copyOf(hmac(keys.index(), text.getBytes(StandardCharsets.UTF_8)), INDEX_LENGTH);
    }

    /** Another node may have made a new one. */
    @Scheduled(fixedDelay = 1, initialDelay = 1, timeUnit = TimeUnit.MINUTES)
    void refresh() {
        keys = load(false);
    }

    /** From now on new data is sealed with a new key; on the other nodes within a minute. */
    void rotate() {
        transaction.executeWithoutResult(status -> {
            lock();
            create(DATA);
        });
        keys = load(false);
    }

    List<Description> describe() {
        return rows().stream()
                .map(row -> new Description(row.id(), row.purpose(), row.cipher(), row.master(), row.createdAt()))
                .toList();
    }

    /** @param mend whether to make what is missing, and to wrap anew what a former master key wraps */
    private Keys load(boolean mend) {
        if (mend) {
            transaction.executeWithoutResult(status -> {
                lock();
                List<Row> rows = rows();
                rows.stream()
                        .filter(row -> !row.master().equals(current(masters)))
                        .forEach(this::wrapAnew);
                if (rows.stream().noneMatch(row -> row.purpose().equals(INDEX))) {
                    create(INDEX);
                }
                if (rows.stream()
                        .filter(row -> row.purpose().equals(DATA))
                        .reduce((a, b) -> b)
                        .filter(newest -> newest.cipher() == kind)
                        .isEmpty()) {
                    create(DATA);
                }
            });
        }
        TreeMap<Integer, Key> data = new TreeMap<>();
        byte[] index = null;
        for (Row row : rows()) {
            byte[] key = unwrap(row);
            if (row.purpose().equals(INDEX)) {
                index = key;
            } else {
                data.put(row.id(), new Key(row.id(), cipher(row.cipher(), key)));
            }
        }
        return new Keys(data, index);
    }

    /** Two nodes that start together make one key. */
    private void lock() {
        jdbc.sql("lock table data_key in exclusive mode").update();
    }

    private void create(String purpose) {
        int id = jdbc.sql("select coalesce(max(id), 0) + 1 from data_key")
                .query(Integer.class)
                .single();
        jdbc.sql("insert into data_key (id, purpose, cipher, master, wrapped, created_at) values (?, ?, ?, ?, ?, ?)")
                .params(
                        id,
                        purpose,
                        kind.name(),
                        current(masters),
                        wrap(kind, id, kind.newKey()),
                        clock.instant().atOffset(ZoneOffset.UTC))
                .update();
    }

    private void wrapAnew(Row row) {
        jdbc.sql("update data_key set master = ?, wrapped = ? where id = ?")
                .params(current(masters), wrap(row.cipher(), row.id(), unwrap(row)), row.id())
                .update();
    }

    private byte[] wrap(CipherKind cipher, int id, byte[] key) {
        try {
            return cipher.wrapping(masters.get(current(masters))).encrypt(key, place(id));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Data key " + id + " can't be wrapped", e);
        }
    }

    private byte[] unwrap(Row row) {
        byte[] master = masters.get(row.master());
        if (master == null) {
            throw new IllegalStateException("Data key " + row.id() + " is wrapped by master key " + row.master()
                    + ", which isn't among LIUDAN_MASTER_KEY and LIUDAN_FORMER_MASTER_KEYS");
        }
        try {
            return row.cipher().wrapping(master).decrypt(row.wrapped(), place(row.id()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Data key " + row.id() + " was changed", e);
        }
    }

    private static Aead cipher(CipherKind kind, byte[] key) {
        try {
            return kind.of(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A data key has the wrong size", e);
        }
    }

    private List<Row> rows() {
        return jdbc.sql("select * from data_key order by id")
                .query(DataKeys::row)
                .list();
    }

    private static Row row(ResultSet row, int n) throws SQLException {
        return new Row(
                row.getInt("id"),
                row.getString("purpose"),
                CipherKind.valueOf(row.getString("cipher")),
                row.getString("master"),
                row.getBytes("wrapped"),
                row.getTimestamp("created_at").toInstant());
    }

    private static byte[] place(int id) {
        return ("data_key/" + id).getBytes(StandardCharsets.UTF_8);
    }

    private static String current(Map<String, byte[]> masters) {
        return masters.keySet().iterator().next();
    }

    /** Tells master keys apart without telling anything of them. */
    private static String name(byte[] master) {
        return HexFormat.of()
                .formatHex(hmac(master, "name".getBytes(StandardCharsets.UTF_8)))
                .substring(0, MASTER_NAME_LENGTH);
    }

    private static byte[] hmac(byte[] key, byte[] text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
