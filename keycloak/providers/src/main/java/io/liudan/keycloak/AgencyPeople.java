package io.liudan.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;
import org.keycloak.Config;
import org.keycloak.broker.oidc.OIDCIdentityProvider;
import org.keycloak.broker.oidc.OIDCIdentityProviderConfig;
import org.keycloak.cluster.ClusterProvider;
import org.keycloak.common.util.Time;
import org.keycloak.events.Details;
import org.keycloak.events.EventListenerProvider;
import org.keycloak.events.EventListenerProviderFactory;
import org.keycloak.events.EventStoreProvider;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.events.admin.AuthDetails;
import org.keycloak.events.admin.OperationType;
import org.keycloak.events.admin.ResourceType;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.models.utils.PostMigrationEvent;
import org.keycloak.services.resources.IdentityBrokerService;
import org.keycloak.util.JsonSerialization;

/**
 * Asks agencies every half minute ({@code LIUDAN_AGENCY_SECONDS}) whether their people who are signed in are still
 * theirs: an identity provider by renewing its token, an LDAP directory by looking the person up. Whoever isn't any
 * more is signed out, which the hub reads among the realm's events. An agency that can't be asked loses nobody.
 */
public class AgencyPeople implements EventListenerProviderFactory {

    private static final Logger LOG = Logger.getLogger(AgencyPeople.class);
    private static final String ID = "liudan-agency-people";
    /** Where staff sign in; residents have no agency. */
    private static final String CLIENT = "liudan-web";

    private static final Duration INTERVAL =
            Duration.ofSeconds(Long.parseLong(System.getenv().getOrDefault("LIUDAN_AGENCY_SECONDS", "30")));

    /** One that takes so long isn't asked again before the next time. */
    private static final long PATIENCE_NANOS = Duration.ofSeconds(3).toNanos();
    /**
     * Longer than asking takes, so that nobody else begins meanwhile; and how long nobody asks when a node dies over
     * it.
     */
    private static final int LOCK_SECONDS = 600;
    /** Its own: Keycloak's timer has other things to do than to wait for agencies. */
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(ID).factory());

    /** @param agency alias of its identity provider, else empty for directories */
    private record Found(String realm, String session, String agency) {}

    @Override
    public void postInit(KeycloakSessionFactory factory) {
        factory.register(event -> {
            if (event instanceof UserModel.UserRemovedEvent removed
                    && removed.getUser().getFederationLink() != null) {
                // Whoever noticed that an entry is gone from its directory: Keycloak forgets the account and tells
                // nobody.
                tell(
                        removed.getKeycloakSession(),
                        removed.getRealm(),
                        removed.getUser().getId(),
                        OperationType.DELETE,
                        "users/" + removed.getUser().getId());
            } else if (event instanceof PostMigrationEvent) {
                timer.scheduleWithFixedDelay(
                        () -> begin(factory), INTERVAL.toSeconds(), INTERVAL.toSeconds(), TimeUnit.SECONDS);
            }
        });
    }

    private static void begin(KeycloakSessionFactory factory) {
        try {
            KeycloakModelUtils.runJobInTransaction(factory, AgencyPeople::lookOnOneNode);
        } catch (RuntimeException e) {
            LOG.warnf(
                    "Agencies weren't asked for their people: %s", e.getClass().getSimpleName());
        }
    }

    private static void lookOnOneNode(KeycloakSession session) {
        session.getProvider(ClusterProvider.class).executeIfNotExecuted(ID, LOCK_SECONDS, () -> {
            look(session);
            return null;
        });
    }

    private static void look(KeycloakSession session) {
        List<Found> found = new ArrayList<>(
                session
                        .realms()
                        .getRealmsStream()
                        .filter(realm -> realm.getClientByClientId(CLIENT) != null)
                        .toList()
                        .stream()
                        .flatMap(realm -> ofAgencies(session, realm))
                        .toList());
        // Of a slow agency somebody else comes first each time.
        Collections.shuffle(found);
        Set<String> silent = new HashSet<>();
        for (Found one : found) {
            if (silent.contains(one.agency())) {
                continue;
            }
            long start = System.nanoTime();
            try {
                // Each by itself: what one agency's server does undoes nobody else's.
                KeycloakModelUtils.runJobInTransaction(session.getKeycloakSessionFactory(), own -> check(own, one));
            } catch (RuntimeException e) {
                LOG.warnf(
                        "An agency can't be asked for one of its people: %s",
                        e.getClass().getSimpleName());
                silent.add(one.agency());
            }
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                silent.add(one.agency());
            }
        }
    }

    private static Stream<Found> ofAgencies(KeycloakSession session, RealmModel realm) {
        session.getContext().setRealm(realm);
        ClientModel client = realm.getClientByClientId(CLIENT);
        boolean directories = realm.getComponentsStream(realm.getId(), "org.keycloak.storage.UserStorageProvider")
                .findAny()
                .isPresent();
        return session
                .sessions()
                .getUserSessionsStream(realm, client)
                .filter(one -> directories || one.getNote(Details.IDENTITY_PROVIDER) != null)
                .map(one -> new Found(
                        realm.getId(),
                        one.getId(),
                        Objects.requireNonNullElse(one.getNote(Details.IDENTITY_PROVIDER), "")))
                .toList()
                .stream();
    }

    private static void check(KeycloakSession session, Found found) {
        RealmModel realm = session.realms().getRealm(found.realm());
        session.getContext().setRealm(realm);
        UserSessionModel online = session.sessions().getUserSession(realm, found.session());
        // To load somebody of a directory is to look them up there.
        UserModel user = online == null ? null : online.getUser();
        if (user != null && online.getNote(Details.IDENTITY_PROVIDER) != null && isGone(session, online)) {
            session.sessions().removeUserSession(realm, online);
            tell(session, realm, user.getId(), OperationType.ACTION, "users/" + user.getId() + "/logout");
        }
    }

    /** Whether the agency's identity provider says that this sign-in is over, or no longer that it sends them. */
    private static boolean isGone(KeycloakSession session, UserSessionModel online) {
        if (online.getNote(OIDCIdentityProvider.FEDERATED_REFRESH_TOKEN) == null
                || !(IdentityBrokerService.getIdentityProvider(session, online.getNote(Details.IDENTITY_PROVIDER))
                        instanceof OIDCIdentityProvider agency)) {
            return false;
        }
        JsonNode answer;
        try {
            answer = JsonSerialization.mapper.readTree(agency.refreshTokenForLogout(session, online));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        if (answer.hasNonNull("refresh_token")) {
            online.setNote(
                    OIDCIdentityProvider.FEDERATED_REFRESH_TOKEN,
                    answer.path("refresh_token").asText());
        }
        return answer.path("error").asText().equals("invalid_grant")
                || answer.hasNonNull("id_token")
                        && !sends(agency.getConfig(), answer.path("id_token").asText());
    }

    /**
     * As the filter of the identity provider has it, which Keycloak asks at a sign-in only. The token comes from the
     * agency itself just now.
     */
    private static boolean sends(OIDCIdentityProviderConfig agency, String idToken) {
        if (!agency.isFilteredByClaims()) {
            return true;
        }
        try {
            JsonNode claim = JsonSerialization.mapper
                    .readTree(Base64.getUrlDecoder().decode(idToken.split("\\.")[1]))
                    .path(agency.getClaimFilterName());
            return (claim.isArray() ? StreamSupport.stream(claim.spliterator(), false) : Stream.of(claim))
                    .anyMatch(value -> value.asText().matches(agency.getClaimFilterValue()));
        } catch (IOException | IllegalArgumentException | ArrayIndexOutOfBoundsException unreadable) {
            return true;
        }
    }

    /** As if an administrator had done it. */
    private static void tell(KeycloakSession session, RealmModel realm, String user, OperationType what, String path) {
        AdminEvent event = new AdminEvent();
        event.setId(UUID.randomUUID().toString());
        event.setTime(Time.currentTimeMillis());
        event.setRealmId(realm.getId());
        event.setRealmName(realm.getName());
        event.setOperationType(what);
        event.setResourceType(ResourceType.USER);
        event.setResourcePath(path);
        AuthDetails author = new AuthDetails();
        author.setRealmId(realm.getId());
        author.setRealmName(realm.getName());
        author.setClientId(ID);
        author.setUserId(user);
        event.setAuthDetails(author);
        session.getProvider(EventStoreProvider.class).onEvent(event, false);
    }

    @Override
    public String getId() {
        return ID;
    }

    @Override
    public EventListenerProvider create(KeycloakSession session) {
        throw new UnsupportedOperationException(ID + " listens to nothing; it is there for its timer");
    }

    @Override
    public void init(Config.Scope config) {
        // Has no settings.
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
