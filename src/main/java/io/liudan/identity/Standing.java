package io.liudan.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.core.convert.converter.Converter;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Whether what a token or a session says of somebody is still so: what Keycloak told since it was made counts more.
 * Kept in memory, for it is asked at every call; there are as few entries as people whose account changed within a
 * working day.
 */
@Component
public class Standing {

    /** No session is older. */
    static final Duration LONGEST_SESSION = Duration.ofHours(13);

    private final JdbcClient jdbc;
    private final Converter<Jwt, AbstractAuthenticationToken> tokens = Actors.converter();
    private volatile Map<String, Change> changes = Map.of();

    /** @param ended when the realm ended all of somebody's sessions, else {@code null} */
    private record Change(Instant at, boolean gone, Set<Actor.Role> roles, Set<String> desks, Instant ended) {}

    Standing(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Scheduled(fixedDelayString = "${liudan.identity.standing-interval:5s}")
    synchronized void refresh() {
        changes = jdbc
                .sql(
                        "select subject, at, gone, roles, desks, ended_at from directory_change where greatest(at, ended_at) > ?")
                .param(Instant.now().minus(LONGEST_SESSION).atOffset(ZoneOffset.UTC))
                .query((row, n) -> Map.entry(row.getString("subject"), change(row)))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static Change change(ResultSet row) throws SQLException {
        return new Change(
                row.getTimestamp("at").toInstant(),
                row.getBoolean("gone"),
                Stream.of((String[]) row.getArray("roles").getArray())
                        .map(Actor.Role::valueOf)
                        .collect(Collectors.toUnmodifiableSet()),
                Set.of((String[]) row.getArray("desks").getArray()),
                row.getTimestamp("ended_at") == null
                        ? null
                        : row.getTimestamp("ended_at").toInstant());
    }

    /** Turns a verified token into an authentication whose principal is the actor as they stand now. */
    public Converter<Jwt, AbstractAuthenticationToken> converter() {
        return jwt -> {
            AbstractAuthenticationToken said = tokens.convert(jwt);
            Optional<Change> change = since(jwt.getSubject(), jwt.getIssuedAt());
            if (change.isEmpty() || !(said.getPrincipal() instanceof Actor actor) || actor.is(Actor.Role.AGENCY)) {
                return said;
            }
            if (change.get().gone() || ended(change.get(), jwt.getIssuedAt())) {
                throw new InvalidBearerTokenException("The account is gone, or was signed out");
            }
            if (issuedAfter(jwt.getIssuedAt(), change.get().at())) {
                return said;
            }
            // What was made for a resident's page stays that, whatever else they are.
            boolean resident = actor.roles().equals(Set.of(Actor.Role.RESIDENT));
            Set<Actor.Role> roles = resident
                    ? change.get().roles().stream()
                            .filter(actor.roles()::contains)
                            .collect(Collectors.toUnmodifiableSet())
                    : change.get().roles();
            return Actors.token(
                    new Actor(
                            actor.username(),
                            actor.name(),
                            roles,
                            resident ? Set.of() : change.get().desks()),
                    jwt);
        };
    }

    /**
     * Whether somebody's account changed after they signed in, or that is longer ago than a working day: then they have
     * to sign in anew, if they still can.
     */
    public boolean changed(String subject, Instant signedIn) {
        return since(subject, signedIn).isPresent()
                || signedIn != null && signedIn.isBefore(Instant.now().minus(LONGEST_SESSION));
    }

    /**
     * Whoever calls has ended their account, in a transaction: it opens nothing any more, as long as the realm might
     * still make tokens for it.
     */
    public void endOwn() {
        if (SecurityContextHolder.getContext().getAuthentication() instanceof ActorToken token
                && token.getCredentials() != null) {
            jdbc.sql("""
                    insert into directory_change (subject, at, gone, roles, desks) values (?, ?, true, '{}', '{}')
                    on conflict (subject) do update set at = excluded.at, gone = true, roles = '{}', desks = '{}'""")
                    .params(
                            token.getCredentials().getSubject(),
                            Instant.now().plus(LONGEST_SESSION).atOffset(ZoneOffset.UTC))
                    .update();
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    refresh();
                }
            });
        }
    }

    /** Tokens tell whole seconds. */
    private Optional<Change> since(String subject, Instant issued) {
        return subject == null
                ? Optional.empty()
                : Optional.ofNullable(changes.get(subject))
                        .filter(change -> !issuedAfter(issued, change.at()) || ended(change, issued));
    }

    private static boolean ended(Change change, Instant issued) {
        return change.ended() != null && !issuedAfter(issued, change.ended());
    }

    private static boolean issuedAfter(Instant issued, Instant time) {
        return issued != null && issued.isAfter(time);
    }
}
