package io.liudan.identity;

import java.sql.Types;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Service;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * The audit log: who saw or did what, to which request, under which policy, from where. A row is written in the
 * transaction of what it tells, and by the hub's own database user it can't be changed any more
 * ({@code db/provision.sql}); {@link AuditChain} chains them.
 */
@Service
public class Audit {

    static final String HUB = "hub";
    private static final String CHANGED = "‹已被改动›";

    private final JdbcClient jdbc;
    private final Vault vault;
    private final Clock clock;

    Audit(JdbcClient jdbc, Vault vault, Clock clock) {
        this.jdbc = jdbc;
        this.vault = vault;
        this.clock = clock;
    }

    /**
     * @param action for example {@code request.read}
     * @param subject code of the request, or what else it was done to; {@code null} for nothing in particular
     * @param policy what let the actor do it, for example {@code desk}
     */
    public void record(String action, String subject, String policy) {
        record(action, subject, policy, null);
    }

    /** @param reason the actor's own words, may be {@code null}; kept sealed */
    public void record(String action, String subject, String policy, String reason) {
        record(action, subject, policy, reason, HUB);
    }

    /** @param otherwise who it was when nobody is signed in, for example a department's system whose file was read */
    public void record(String action, String subject, String policy, String reason, String otherwise) {
        Optional<Actor> actor = Actors.of(SecurityContextHolder.getContext().getAuthentication());
        String place = UUID.randomUUID().toString();
        jdbc.sql(
                        "insert into audit.entry (at, actor, roles, action, subject, policy, address, reason) values (?, ?, ?, ?, ?, ?, ?, ?)")
                .param(1, clock.instant().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC))
                .param(2, actor.map(Actor::username).orElse(otherwise))
                .param(
                        3,
                        actor.map(one -> one.roles().stream()
                                        .map(Enum::name)
                                        .sorted()
                                        .collect(Collectors.joining(",")))
                                .orElse(""))
                .param(4, action)
                .param(5, subject, Types.VARCHAR)
                .param(6, policy)
                .param(7, address(), Types.VARCHAR)
                .param(8, reason == null ? null : place + " " + vault.seal(reason, place), Types.VARCHAR)
                .update();
    }

    /** @param sealed as it is kept: the place that it was sealed for, and the words */
    static String reason(Vault vault, String sealed) {
        int gap = sealed == null ? -1 : sealed.indexOf(' ');
        try {
            return gap < 0 ? sealed : vault.open(sealed.substring(gap + 1), sealed.substring(0, gap));
        } catch (IllegalStateException changed) {
            // The auditor is to read all the rest.
            return CHANGED;
        }
    }

    private static String address() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes call
                ? call.getRequest().getRemoteAddr()
                : null;
    }
}
