package io.liudan.matter;

import io.liudan.identity.Actor;
import io.liudan.identity.Actor.Role;
import io.liudan.identity.Audit;
import io.liudan.identity.Vault;
import io.liudan.matter.Kind.Register;
import io.liudan.problem.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * The lists that kinds keep, for their matters to refer to. Whoever works for grids, communities or streets sees the
 * entries there, everybody else who may begin a matter of the kind or keeps the list those of the whole city.
 */
@Service
class Registers {

    private static final String COLUMNS =
            "id, words, fields, lat, lon, address, grid_code, visits, visited_at, due_on, version, retired_at";

    /** Where each kind of desk sees entries: the beginning of its name, and the column of the codes behind it. */
    private static final Map<String, String> PLACES =
            Map.of("grid-", "grid_code", "community-", "community_code", "street-", "street_code");

    /** Condition of whoever works for no place. */
    private static final String EVERYWHERE = "true";

    private final JdbcClient jdbc;
    private final PlainJson json;
    private final Vault vault;
    private final Audit audit;
    private final Clock clock;
    private final ZoneId zone;

    Registers(
            JdbcClient jdbc,
            PlainJson json,
            Vault vault,
            Audit audit,
            Clock clock,
            @Value("${liudan.calendar.zone}") ZoneId zone) {
        this.jdbc = jdbc;
        this.json = json;
        this.vault = vault;
        this.audit = audit;
        this.clock = clock;
        this.zone = zone;
    }

    /**
     * What is filled in of an entry.
     *
     * @param texts what people wrote, by field; {@code values} the rest
     */
    record Content(Map<String, String> texts, Map<String, Object> values, Places.Place place, String address) {}

    /**
     * An entry as it is kept.
     *
     * @param visits how many matters have begun that refer to it
     * @param visitedAt when the last of them did, {@code null} when none has
     * @param dueOn day until which the next is to, {@code null} without a plan
     * @param version goes up with each change
     */
    record Entry(
            long id,
            Map<String, String> texts,
            Map<String, Object> values,
            Draft.Where where,
            int visits,
            Instant visitedAt,
            LocalDate dueOn,
            int version,
            boolean retired) {}

    /**
     * Which entries are asked for.
     *
     * @param gridCode {@code null} for all
     * @param due only those whose day has come
     * @param retired those that are kept no more, in place of those that are
     */
    record Query(String gridCode, boolean due, boolean retired) {}

    /** @param next cursor of the next page, {@code null} at the end */
    record Page(List<Entry> items, String next) {}

    /** @throws Problem 404 when the kind keeps no such list, or the actor has no part in it */
    Register require(Kind kind, String name, Actor actor) {
        return Optional.ofNullable(kind.registers().get(name))
                .filter(register -> sees(kind, register, actor))
                .orElseThrow(() -> Problem.notFound("no-such-register", name));
    }

    static boolean sees(Kind kind, Register register, Actor actor) {
        return keeps(register, actor) || Starters.among(kind.start(), actor) || actor.is(Role.SUPERVISOR);
    }

    static boolean keeps(Register register, Actor actor) {
        return Starters.among(register.keepers(), actor);
    }

    /** @throws Problem 403 when somebody else keeps the list */
    void requireKeeper(Register register, Actor actor) {
        if (!keeps(register, actor)) {
            throw Problem.forbidden("keeps-no-register", register.name().zh());
        }
    }

    /** The entries that somebody sees, those first whose day comes first. */
    @Transactional(readOnly = true)
    public Page list(Kind kind, Register register, Actor actor, Query query, String cursor, int limit) {
        Map<String, Object> params = new HashMap<>(Map.of("kind", kind.key(), "register", register.key()));
        StringBuilder where = new StringBuilder("kind = :kind and register = :register and ")
                .append(sight(actor, params))
                .append(query.retired() ? " and retired_at is not null" : " and retired_at is null");
        if (query.gridCode() != null) {
            where.append(" and grid_code = :grid");
            params.put("grid", query.gridCode());
        }
        if (query.due()) {
            where.append(" and due_on <= :today");
            params.put("today", today());
        }
        if (cursor != null) {
            after(cursor, where, params);
        }
        List<Entry> found = jdbc.sql("select " + COLUMNS + " from register_entry where " + where
                        + " order by due_on, id limit :limit")
                .params(params)
                .param("limit", limit + 1)
                .query((row, n) -> entry(row))
                .list();
        List<Entry> items = found.size() > limit ? found.subList(0, limit) : found;
        return new Page(items, found.size() > limit ? cursor(items.getLast()) : null);
    }

    private static String cursor(Entry last) {
        return (last.dueOn() == null ? "" : last.dueOn()) + "_" + last.id();
    }

    private static void after(String cursor, StringBuilder where, Map<String, Object> params) {
        try {
            String[] parts = cursor.split("_", 2);
            params.put("id", Long.parseLong(parts[1]));
            if (parts[0].isEmpty()) {
                where.append(" and due_on is null and id > :id");
            } else {
                where.append(" and (due_on > :due or due_on = :due and id > :id or due_on is null)");
                params.put("due", LocalDate.parse(parts[0]));
            }
        } catch (RuntimeException e) {
            throw Problem.field("cursor", "malformed");
        }
    }

    /** One that is kept no more, too. */
    @Transactional(readOnly = true)
    public Optional<Entry> find(Kind kind, Register register, Actor actor, String id) {
        Map<String, Object> params = new HashMap<>(Map.of("kind", kind.key(), "register", register.key()));
        String sight = sight(actor, params);
        return number(id).flatMap(number -> jdbc.sql("select " + COLUMNS
                        + " from register_entry where id = :id and kind = :kind and register = :register and " + sight)
                .params(params)
                .param("id", number)
                .query((row, n) -> entry(row))
                .optional());
    }

    /** @throws Problem 404 when there is none that the actor sees */
    Entry require(Kind kind, Register register, Actor actor, String id) {
        return find(kind, register, actor, id).orElseThrow(() -> Problem.notFound("no-such-entry", id));
    }

    /** What an entry is called, whoever reads it: matters that refer to it are read by others too. */
    @Transactional(readOnly = true)
    public Optional<String> title(Register register, Object id) {
        return number(String.valueOf(id)).flatMap(number -> jdbc.sql("select words from register_entry where id = ?")
                .param(number)
                .query((row, n) -> texts(row.getString("words"), number).get(register.title()))
                .optional());
    }

    /** @throws Problem 409 when the grid has one of the same name */
    @Transactional
    public long add(Kind kind, Register register, Content content) {
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        long id = jdbc.sql("select nextval(pg_get_serial_sequence('register_entry', 'id'))")
                .query(Long.class)
                .single();
        write(
                register,
                content,
                jdbc.sql("""
                insert into register_entry (id, kind, register, words, title_index, fields, lat, lon, address, grid_code, community_code,
                    street_code, planned_by, due_on, created_at, updated_at)
                overriding system value
                values (:id, :kind, :register, :words, :title, :fields::jsonb, :lat, :lon, :address, :grid, :community, :street, :plannedBy,
                    :due, :now, :now)""")
                        .param("kind", kind.key())
                        .param("register", register.key())
                        .param("due", register.plan() == null ? null : today())
                        .param("now", now),
                id);
        audit.record(kind.key() + "." + register.key() + ".add", Long.toString(id), "keepers");
        return id;
    }

    /**
     * All of them or none.
     *
     * @throws Problem 409 when a grid has one of the same name, also within the list
     */
    @Transactional
    public void add(Kind kind, Register register, List<Content> entries) {
        entries.forEach(entry -> add(kind, register, entry));
    }

    /**
     * @param version that the change was made to
     * @throws Problem 409 when there is a newer one, or the grid has another entry of the same name
     */
    @Transactional
    public void change(Kind kind, Register register, long id, int version, Content content) {
        int changed = write(
                register,
                content,
                jdbc.sql("""
                update register_entry set words = :words, title_index = :title, fields = :fields::jsonb, lat = :lat, lon = :lon, address = :address,
                    grid_code = :grid, community_code = :community, street_code = :street, planned_by = :plannedBy,
                    version = version + 1, updated_at = :now
                where id = :id and version = :version and retired_at is null""")
                        .param("version", version)
                        .param("now", clock.instant().atOffset(ZoneOffset.UTC)),
                id);
        if (changed == 0) {
            throw Problem.conflict("entry-changed");
        }
        plan(kind.key(), register, id);
        audit.record(kind.key() + "." + register.key() + ".change", Long.toString(id), "keepers");
    }

    private int write(Register register, Content content, JdbcClient.StatementSpec statement, long id) {
        Places.Place place = content.place();
        try {
            return statement
                    .param("id", id)
                    .param("words", vault.seal(json.write(content.texts()), place(id)))
                    .param(
                            "title",
                            vault.index(
                                    "register/" + register.key(),
                                    content.texts().get(register.title())))
                    .param("fields", json.write(content.values()))
                    .param("lat", place.point() == null ? null : place.point().lat())
                    .param("lon", place.point() == null ? null : place.point().lon())
                    .param("address", vault.seal(content.address(), place(id)))
                    .param("grid", place.gridCode())
                    .param("community", place.communityCode())
                    .param("street", place.streetCode())
                    .param(
                            "plannedBy",
                            register.plan() == null
                                    ? null
                                    : content.values().get(register.plan().by()))
                    .update();
        } catch (DuplicateKeyException e) {
            throw Problem.conflict("entry-known", content.texts().get(register.title()));
        }
    }

    /**
     * Keeps an entry no more; matters that refer to it go on saying what it is called. Whom to call for it is forgotten
     * at once: nobody needs that any more.
     */
    @Transactional
    public void retire(Kind kind, Register register, Entry entry) {
        Map<String, String> kept = new LinkedHashMap<>(entry.texts());
        register.fields().values().stream().filter(Kind.Field::contact).forEach(field -> kept.remove(field.name()));
        int retired = jdbc.sql("""
                update register_entry set words = :words, retired_at = :now, updated_at = :now, version = version + 1
                where id = :id and version = :version and retired_at is null""")
                .param("words", vault.seal(json.write(kept), place(entry.id())))
                .param("id", entry.id())
                .param("version", entry.version())
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .update();
        if (retired == 0) {
            throw Problem.conflict("entry-changed");
        }
        audit.record(kind.key() + "." + register.key() + ".retire", Long.toString(entry.id()), "keepers");
    }

    /** A matter has begun that refers to an entry, in the caller's transaction. */
    void visited(Kind kind, Map<String, Object> values) {
        kind.only(FieldType.ENTRY)
                .filter(field -> values.get(field.name()) != null)
                .ifPresent(field -> {
                    long id = Long.parseLong(values.get(field.name()).toString());
                    jdbc.sql("update register_entry set visits = visits + 1, visited_at = ? where id = ?")
                            .params(clock.instant().atOffset(ZoneOffset.UTC), id)
                            .update();
                    plan(kind.key(), kind.registers().get(field.register()), id);
                });
    }

    /**
     * Brings the days of all entries in line with the plans of a new version of their kind, in the caller's
     * transaction.
     */
    void plan(Kind kind) {
        kind.registers().values().forEach(register -> plan(kind.key(), register, null));
    }

    /** @param id {@code null} for all entries */
    private void plan(String kind, Register register, Long id) {
        StringBuilder term = new StringBuilder("case");
        Map<String, Object> params = new HashMap<>();
        if (register.plan() != null) {
            register.plan().every().forEach((word, every) -> {
                int n = params.size();
                term.append(" when planned_by = :w%1$d then cast(:t%1$d as interval)".formatted(n));
                params.put("w" + n, word);
                params.put("t" + n, every.toString());
            });
        }
        String due = params.isEmpty()
                ? "null"
                : "(case when visited_at is null then created_at else visited_at + " + term
                        + " end end at time zone :zone)::date";
        jdbc.sql("update register_entry set due_on = " + due
                        + " where kind = :kind and register = :register and retired_at is null"
                        + (id == null ? "" : " and id = :id"))
                .params(params)
                .param("zone", zone.getId())
                .param("kind", kind)
                .param("register", register.key())
                .param("id", id)
                .update();
    }

    /** Whether an actor sees entries that are there: the same rule as filters lists. */
    static boolean sees(Actor actor, Places.Place place) {
        Map<String, Object> codes = new HashMap<>();
        if (sight(actor, codes).equals(EVERYWHERE)) {
            return true;
        }
        return holds(codes, "grid_code", place.gridCode())
                || holds(codes, "community_code", place.communityCode())
                || holds(codes, "street_code", place.streetCode());
    }

    private static boolean holds(Map<String, Object> codes, String column, String code) {
        return codes.get(column) instanceof List<?> all && all.contains(code);
    }

    LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), zone);
    }

    private static String sight(Actor actor, Map<String, Object> params) {
        if (actor.is(Role.SUPERVISOR)) {
            return EVERYWHERE;
        }
        Map<String, List<String>> codes = new LinkedHashMap<>();
        for (String desk : actor.desks()) {
            String kind = PLACES.keySet().stream()
                    .filter(desk::startsWith)
                    .findFirst()
                    .orElse(null);
            if (kind == null) {
                return EVERYWHERE;
            }
            codes.computeIfAbsent(PLACES.get(kind), any -> new ArrayList<>()).add(desk.substring(kind.length()));
        }
        if (codes.isEmpty()) {
            return EVERYWHERE;
        }
        params.putAll(codes);
        return codes.keySet().stream()
                .map(column -> column + " in (:" + column + ")")
                .reduce((one, other) -> one + " or " + other)
                .map(either -> "(" + either + ")")
                .orElseThrow();
    }

    private Entry entry(ResultSet row) throws SQLException {
        long id = row.getLong("id");
        OffsetDateTime visited = row.getObject("visited_at", OffsetDateTime.class);
        return new Entry(
                id,
                texts(row.getString("words"), id),
                json.read(row.getString("fields")),
                new Draft.Where(
                        row.getObject("lat", Double.class),
                        row.getObject("lon", Double.class),
                        null,
                        vault.open(row.getString("address"), place(id)),
                        null,
                        row.getString("grid_code"),
                        null),
                row.getInt("visits"),
                visited == null ? null : visited.toInstant(),
                row.getObject("due_on", LocalDate.class),
                row.getInt("version"),
                row.getObject("retired_at") != null);
    }

    private Map<String, String> texts(String sealed, long id) {
        Map<String, String> texts = new LinkedHashMap<>();
        json.read(vault.open(sealed, place(id))).forEach((field, text) -> texts.put(field, text.toString()));
        return texts;
    }

    private static Optional<Long> number(String id) {
        try {
            return Optional.of(Long.parseLong(id));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static String place(long id) {
        return "entry/" + id;
    }
}
