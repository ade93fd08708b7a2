package io.liudan.matter;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The kinds of matters that there are, each in all its versions: words and fields of a matter are those of the version
 * that it began with, rights and terms those of the newest. What another node publishes counts within seconds.
 */
@Service
public class Kinds {

    private static final Duration FRESH = Duration.ofSeconds(2);
    private static final Object ALL = new Object();

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Registers registers;
    private final Map<Version, Kind> versions = new ConcurrentHashMap<>();
    private final LoadingCache<Object, Map<String, Newest>> newest;

    Kinds(JdbcClient jdbc, Clock clock, Registers registers) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.registers = registers;
        this.newest = Caffeine.newBuilder().expireAfterWrite(FRESH).build(all -> read());
    }

    private record Version(String kind, int number) {}

    /** The newest version of a kind. */
    record Newest(int version, Kind kind) {}

    /** The newest version of each kind, by key. */
    public Collection<Kind> all() {
        return current().values().stream().map(Newest::kind).toList();
    }

    /** The newest version of a kind. */
    public Optional<Kind> find(String key) {
        return newest(key).map(Newest::kind);
    }

    Optional<Newest> newest(String key) {
        return Optional.ofNullable(current().get(String.valueOf(key)));
    }

    /** @throws IllegalStateException when there is no such version */
    Kind of(String key, int version) {
        return versions.computeIfAbsent(new Version(key, version), wanted -> jdbc.sql(
                        "select manifest from kind_version where kind = ? and version = ?")
                .params(key, version)
                .query(String.class)
                .optional()
                .map(Manifests::published)
                .orElseThrow(() -> new IllegalStateException("There is no version " + version + " of " + key)));
    }

    /** The keys of the kinds for which this holds. */
    List<String> keys(Predicate<Kind> condition) {
        return all().stream().filter(condition).map(Kind::key).toList();
    }

    /**
     * Makes a manifest the newest version of its kind, in the caller's transaction; nothing happens where it is so
     * already.
     *
     * @throws Manifests.Unreadable when it is none
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void publish(String manifest) {
        Kind kind = Manifests.read(manifest);
        // One after the other, so that each finds the number of the one before.
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended('kind/' || ?, 0))")
                .param(kind.key())
                .query((row, n) -> 0)
                .list();
        int published = jdbc.sql("""
                insert into kind_version (kind, version, manifest, published_at)
                select :kind, coalesce(max(version), 0) + 1, :manifest, :now from kind_version where kind = :kind
                having (array_agg(manifest order by version desc))[1] is distinct from :manifest""")
                .param("kind", kind.key())
                .param("manifest", manifest)
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .update();
        if (published > 0) {
            registers.plan(kind);
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                newest.invalidateAll();
            }
        });
    }

    private Map<String, Newest> current() {
        return newest.get(ALL);
    }

    private Map<String, Newest> read() {
        Map<String, Newest> found = new TreeMap<>();
        jdbc.sql("select kind, max(version) as version from kind_version group by kind")
                .query((row, n) -> new Version(row.getString("kind"), row.getInt("version")))
                .list()
                .forEach(one -> found.put(one.kind(), new Newest(one.number(), of(one.kind(), one.number()))));
        return found;
    }
}
