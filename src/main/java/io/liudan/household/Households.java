package io.liudan.household;

import io.liudan.directory.CityDirectory;
import io.liudan.directory.Grid;
import io.liudan.household.Registration.State;
import io.liudan.identity.Actor;
import io.liudan.identity.Audit;
import io.liudan.identity.Masks;
import io.liudan.identity.Residents;
import io.liudan.identity.Vault;
import io.liudan.notification.OneTimeCodes;
import io.liudan.problem.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.text.Normalizer;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Registers residents with their households, and keeps accounts for people without a phone. Names and addresses are
 * sealed; people at one address find each other by a keyed index of it.
 */
@Service
@Transactional
public class Households {

    /** Accounts that are kept by one of {@code :desks}, for conditions on who may act. */
    public static final String KEPT = "any (array (select account from registration where kept_by in (:desks)))";

    private static final int LIMIT = 200;
    private static final int REASON_LIMIT = 200;
    private static final String SELECT = """
            select r.*, h.grid_code, h.address, (select count(*) from registration o where o.household = r.household and o.account <> r.account and o.state = 'CONFIRMED') as together
            from registration r join household h on h.id = r.household where\s""";

    private final JdbcClient jdbc;
    private final CityDirectory city;
    private final Vault vault;
    private final Residents residents;
    private final OneTimeCodes codes;
    private final Audit audit;
    private final Clock clock;

    Households(
            JdbcClient jdbc,
            CityDirectory city,
            Vault vault,
            Residents residents,
            OneTimeCodes codes,
            Audit audit,
            Clock clock) {
        this.jdbc = jdbc;
        this.city = city;
        this.vault = vault;
        this.residents = residents;
        this.codes = codes;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * What somebody says of themselves, or a desk of somebody without a phone.
     *
     * @param address words for people: street, building, door
     */
    record Claim(String name, String gridCode, String address) {}

    /** A resident says where they live; whoever moves or mends says it anew, and waits for the grid worker again. */
    Registration register(Actor actor, Claim claim) {
        Grid grid = city.grid(claim.gridCode())
                .orElseThrow(() -> Problem.field("gridCode", "unknown-grid", claim.gridCode()));
        put(actor.username(), claim, grid, State.PENDING, null, null);
        audit.record("household.registered", actor.username(), "own");
        return own(actor.username());
    }

    /** @throws Problem 404 when the resident has said nothing yet */
    Registration own(String account) {
        return find(account).map(row -> view(row, true, false)).orElseThrow(() -> Problem.notFound("no-household"));
    }

    /** What is registered in the grids of the reader's desks: what waits first. */
    List<Registration> list(Actor actor, State state, boolean kept) {
        audit.record("household.read", null, "desk");
        return jdbc
                .sql(SELECT + """
                (h.grid_code in (:grids) or r.kept_by in (:desks)) and (cast(:state as text) is null or r.state = :state) and (not :kept or r.kept_by is not null)
                order by r.state = 'PENDING' desc, case when r.state = 'PENDING' then r.registered_at end, r.registered_at desc limit :limit""")
                .param("grids", orNone(grids(actor).stream().map(Grid::code).toList()))
                .param("desks", orNone(actor.desks().stream().toList()))
                .param("state", state == null ? null : state.name())
                .param("kept", kept)
                .param("limit", LIMIT)
                .query(Households::row)
                .list()
                .stream()
                .map(row -> {
                    boolean decidable = row.state() == State.PENDING && actor.worksAt("grid-" + row.gridCode());
                    return view(row, decidable, decidable);
                })
                .toList();
    }

    /**
     * The grid worker knows them, or doesn't.
     *
     * @param registeredAt of what the grid worker has seen: whoever has registered something else since isn't confirmed
     *     by it
     * @param reason for the resident to read, when refused
     */
    Registration decide(Actor actor, String account, State state, Instant registeredAt, String reason) {
        Row row = find(account)
                .filter(one -> actor.worksAt("grid-" + one.gridCode()))
                .orElseThrow(() -> Problem.notFound("no-household"));
        if (state == State.REFUSED && (reason == null || reason.isBlank())) {
            throw Problem.field("reason", "required");
        }
        if (reason != null && reason.length() > REASON_LIMIT) {
            throw Problem.field("reason", "too-long", REASON_LIMIT);
        }
        if (registeredAt == null) {
            throw Problem.field("registeredAt", "required");
        }
        int decided = jdbc.sql(
                        "update registration set state = ?, reason = ?, confirmed_by = ?, confirmed_at = ? where account = ? and state = 'PENDING' and registered_at = ?")
                .params(
                        state.name(),
                        reason == null ? null : vault.seal(reason.strip(), place(account)),
                        actor.username(),
                        now(),
                        account,
                        registeredAt.atOffset(ZoneOffset.UTC))
                .update();
        if (decided == 0) {
            throw Problem.conflict("household-decided");
        }
        audit.record("household." + state.name().toLowerCase(Locale.ROOT), account, "grid-" + row.gridCode());
        return view(find(account).orElseThrow(), false, false);
    }

    /** An account for somebody without a phone: the desk that makes it acts for them, under its own people's names. */
    Registration keep(Actor actor, Claim claim) {
        Grid grid = city.grid(claim.gridCode())
                .orElseThrow(() -> Problem.field("gridCode", "unknown-grid", claim.gridCode()));
        String desk = Stream.of(grid.desk(), "community-" + grid.communityCode())
                .filter(actor::worksAt)
                .findFirst()
                .orElseThrow(() -> Problem.field("gridCode", "not-your-grid"));
        String account = residents.withoutPhone();
        put(account, claim, grid, State.CONFIRMED, desk, actor.username());
        audit.record("household.kept", account, desk);
        return view(find(account).orElseThrow(), true, false);
    }

    /**
     * Sends a code to the phone that somebody has now, whom a desk kept an account for: a number that was heard wrong
     * would give their words to a stranger.
     *
     * @throws Problem 404 when it isn't kept by the actor's desk
     */
    void askForCode(Actor actor, String account, String phone) {
        keeper(actor, account);
        codes.send(
                phone,
                new OneTimeCodes.Asker(actor.username(), "hand-over/" + account),
                OneTimeCodes.Purpose.HAND_OVER);
    }

    /**
     * Whom a desk kept an account for tells the code that came to their phone: the account is their own from now on.
     *
     * @throws Problem 404 when it isn't kept by the actor's desk, 409 when somebody else signs in with the number
     */
    void handOver(Actor actor, String account, String phone, String code) {
        String desk = keeper(actor, account);
        residents.give(
                account,
                codes.check(
                        phone,
                        new OneTimeCodes.Asker(actor.username(), "hand-over/" + account),
                        code == null ? "" : code,
                        OneTimeCodes.Purpose.HAND_OVER));
        jdbc.sql("update registration set kept_by = null where account = ?")
                .param(account)
                .update();
        audit.record("household.handed-over", account, desk);
    }

    private String keeper(Actor actor, String account) {
        return find(account)
                .map(Row::keptBy)
                .filter(actor::worksAt)
                .orElseThrow(() -> Problem.notFound("no-household"));
    }

    /** Whether the actor's desk acts for this account. */
    public boolean keeps(Actor actor, String account) {
        return find(account).map(Row::keptBy).filter(actor::worksAt).isPresent();
    }

    /** What is known of somebody, for a copy of their data. */
    public Optional<Registration> of(String account) {
        return find(account).map(row -> view(row, true, false));
    }

    /** Who lived where isn't known any more. */
    public void forget(String account) {
        Optional<Row> row = find(account);
        jdbc.sql("delete from registration where account = ?").param(account).update();
        row.ifPresent(one -> leave(one.household()));
    }

    private void put(String account, Claim claim, Grid grid, State state, String desk, String confirmedBy) {
        Optional<UUID> before = find(account).map(Row::household);
        UUID household = household(grid, claim.address().strip());
        jdbc.sql("""
                insert into registration (account, household, name, state, kept_by, registered_at, confirmed_by, confirmed_at)
                values (:account, :household, :name, :state, :desk, :now, :by, case when cast(:by as text) is not null then :now end)
                on conflict (account) do update set household = excluded.household, name = excluded.name, state = excluded.state, reason = null, registered_at = excluded.registered_at,
                    confirmed_by = excluded.confirmed_by, confirmed_at = excluded.confirmed_at""")
                .param("account", account)
                .param("household", household)
                .param("name", vault.seal(claim.name().strip(), place(account)))
                .param("state", state.name())
                .param("desk", desk)
                .param("now", now())
                .param("by", confirmedBy)
                .update();
        before.filter(one -> !one.equals(household)).ifPresent(this::leave);
    }

    /** People at one address are one household, however they write it. */
    private UUID household(Grid grid, String address) {
        byte[] index = vault.index(
                "address",
                grid.code() + "/"
                        + Normalizer.normalize(address, Normalizer.Form.NFKC).replaceAll("[\\s\\p{Punct}、，。—－]", ""));
        UUID id = UUID.randomUUID();
        // The one that is there already is locked, so that nobody ends it meanwhile.
        return jdbc.sql(
                        "insert into household (id, grid_code, address, address_index) values (?, ?, ?, ?) on conflict (address_index) do update set grid_code = excluded.grid_code returning id")
                .params(id, grid.code(), vault.seal(address, "household/" + id), index)
                .query(UUID.class)
                .single();
    }

    private void leave(UUID household) {
        jdbc.sql(
                        "delete from household h where h.id = ? and not exists (select from registration r where r.household = h.id)")
                .param(household)
                .update();
    }

    /** Those that the actor's desks know. */
    List<Grid> grids(Actor actor) {
        return city.grids().stream()
                .filter(grid -> actor.worksAt(grid.desk()) || actor.worksAt("community-" + grid.communityCode()))
                .toList();
    }

    private static List<String> orNone(List<String> some) {
        return some.isEmpty() ? List.of("") : some;
    }

    private Optional<Row> find(String account) {
        return jdbc.sql(SELECT + "r.account = :account")
                .params(Map.of("account", account))
                .query(Households::row)
                .optional();
    }

    private record Row(
            String account,
            UUID household,
            String name,
            String gridCode,
            String address,
            State state,
            int together,
            String keptBy,
            String reason,
            Timestamp registeredAt,
            String confirmedBy,
            Timestamp confirmedAt) {}

    private static Row row(ResultSet row, int n) throws SQLException {
        return new Row(
                row.getString("account"),
                row.getObject("household", UUID.class),
                row.getString("name"),
                row.getString("grid_code"),
                row.getString("address"),
                State.valueOf(row.getString("state")),
                row.getInt("together"),
                row.getString("kept_by"),
                row.getString("reason"),
                row.getTimestamp("registered_at"),
                row.getString("confirmed_by"),
                row.getTimestamp("confirmed_at"));
    }

    /**
     * @param clear whether its reader has a step to do with it: whoever it is, whoever has to confirm it, whoever acts
     *     for somebody by name
     */
    private Registration view(Row row, boolean clear, boolean decidable) {
        String name = vault.open(row.name(), place(row.account()));
        String address = vault.open(row.address(), "household/" + row.household());
        return new Registration(
                row.account(),
                clear || row.keptBy() != null ? name : Masks.name(name),
                row.gridCode(),
                city.grid(row.gridCode()).map(Grid::name).orElse(null),
                clear ? address : Masks.address(address),
                row.state(),
                row.together(),
                row.keptBy(),
                vault.open(row.reason(), place(row.account())),
                row.registeredAt().toInstant(),
                row.confirmedBy(),
                row.confirmedAt() == null ? null : row.confirmedAt().toInstant(),
                decidable);
    }

    private OffsetDateTime now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    private static String place(String account) {
        return "registration/" + account;
    }
}
