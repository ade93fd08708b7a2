package io.liudan.identity;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.stereotype.Component;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

/**
 * What the hub reads of Keycloak's people, as the client {@code liudan-directory}, which may read and nothing else.
 * Never on a request's way.
 */
@Component
class Realm {

    private static final int PAGE = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** What happens to these may change what somebody may do. */
    private static final Set<String> OF_PEOPLE = Set.of("USER", "GROUP_MEMBERSHIP", "REALM_ROLE_MAPPING");

    private static final Set<String> OF_DESKS = Set.of("GROUP", "REALM_ROLE", "REALM_ROLE_MAPPING");
    /** What is told a second time needn't have everybody compared once more. */
    private static final long OVERLAPPED = 2_000;
    /** Hundreds of thousands have these roles, and none of the others. */
    private static final Set<Actor.Role> OF_THE_PUBLIC =
            Set.of(Actor.Role.RESIDENT, Actor.Role.AGENCY, Actor.Role.MONITOR, Actor.Role.IDENTITY_PROVIDER);

    private final RestClient admin;
    private final RestClient tokens;
    private final String secret;
    private String token;
    private Instant renewAt = Instant.EPOCH;

    /** @param roles and {@code desks} as tokens have them */
    record Member(String subject, String username, String name, Set<Actor.Role> roles, Set<String> desks) {

        boolean staff() {
            return !ofStaff(roles).isEmpty();
        }
    }

    static Set<Actor.Role> ofStaff(Set<Actor.Role> roles) {
        Set<Actor.Role> staff = new HashSet<>(roles);
        staff.removeAll(OF_THE_PUBLIC);
        return staff;
    }

    /**
     * @param subjects ids of the people whom it happened to
     * @param ended ids of those who were signed out, and when
     * @param desksToo whether something happened to a desk or a role itself, and so to all who have it
     * @param until time of the newest event in milliseconds
     */
    record News(Set<String> subjects, Map<String, Instant> ended, boolean desksToo, long until) {}

    Realm(IdentityProperties identity) {
        JdkClientHttpRequestFactory http = new JdkClientHttpRequestFactory();
        http.setReadTimeout(PATIENCE);
        this.tokens = RestClient.builder()
                .requestFactory(http)
                .baseUrl(identity.backchannel() + "/protocol/openid-connect/token")
                .build();
        this.admin = RestClient.builder()
                .requestFactory(http)
                .baseUrl(identity.backchannel().replace("/realms/", "/admin/realms/"))
                .build();
        this.secret = identity.directorySecret();
    }

    /**
     * What happened to people after an instant; an event is told again as long as another one of its millisecond might
     * come.
     */
    News since(long millis) {
        Set<String> subjects = new HashSet<>();
        Map<String, Instant> ended = new HashMap<>();
        long until = millis;
        boolean desksToo = false;
        for (int first = 0; ; first += PAGE) {
            JsonNode page = get("/admin-events?first={first}&max={max}&dateFrom={from}", first, PAGE, millis);
            for (JsonNode event : page) {
                until = Math.max(until, event.path("time").asLong());
                String[] path = event.path("resourcePath").asText().split("/");
                if (OF_PEOPLE.contains(event.path("resourceType").asText())
                        && path.length > 1
                        && path[0].equals("users")) {
                    subjects.add(path[1]);
                    if (path.length == 3 && path[2].equals("logout")) {
                        ended.merge(
                                path[1],
                                Instant.ofEpochMilli(event.path("time").asLong()),
                                (a, b) -> a.isAfter(b) ? a : b);
                    }
                } else {
                    desksToo |= OF_DESKS.contains(event.path("resourceType").asText())
                            && path.length > 1
                            && !path[0].equals("users")
                            && event.path("time").asLong() > millis + OVERLAPPED;
                }
            }
            if (page.size() < PAGE) {
                return new News(subjects, ended, desksToo, until);
            }
        }
    }

    /** Empty for somebody who is removed or disabled. */
    Optional<Member> find(String subject) {
        try {
            JsonNode user = get("/users/{id}", subject);
            if (!user.path("enabled").asBoolean()) {
                return Optional.empty();
            }
            Set<String> desks = names(get("/users/{id}/groups?max=1000", subject));
            return Optional.of(
                    member(user, roles(names(get("/users/{id}/role-mappings/realm/composite", subject))), desks));
        } catch (HttpClientErrorException.NotFound removed) {
            return Optional.empty();
        }
    }

    Optional<Member> named(String username) {
        JsonNode found = get("/users?exact=true&username={name}", username);
        return found.isEmpty()
                ? Optional.empty()
                : find(found.path(0).path("id").asText());
    }

    /**
     * Everybody who works with the hub, by desk and role, so that it costs by the number of desks and not by that of
     * residents.
     */
    Map<String, Member> staff() {
        Map<String, Member> staff = new HashMap<>();
        for (Actor.Role role : Actor.Role.values()) {
            if (!OF_THE_PUBLIC.contains(role)) {
                pages("/roles/" + role.realmName() + "/users")
                        .forEach(user -> join(staff, user, Set.of(role), Set.of()));
            }
        }
        for (JsonNode group : pages("/groups")) {
            Set<Actor.Role> roles =
                    roles(texts(get("/groups/{id}", group.path("id").asText()).path("realmRoles")));
            pages("/groups/" + group.path("id").asText() + "/members")
                    .forEach(user ->
                            join(staff, user, roles, Set.of(group.path("name").asText())));
        }
        return staff;
    }

    private static void join(Map<String, Member> staff, JsonNode user, Set<Actor.Role> roles, Set<String> desks) {
        if (user.path("enabled").asBoolean(true)) {
            staff.merge(
                    user.path("id").asText(),
                    member(user, withComposites(roles), desks),
                    (a, b) -> new Member(
                            a.subject(),
                            a.username(),
                            a.name(),
                            union(a.roles(), b.roles()),
                            union(a.desks(), b.desks())));
        }
    }

    /** As the realm has it: whoever works at a desk of some kind is staff. */
    private static Set<Actor.Role> withComposites(Set<Actor.Role> roles) {
        return roles.stream()
                        .anyMatch(Set.of(
                                Actor.Role.GRID_WORKER,
                                Actor.Role.COMMUNITY_OFFICER,
                                Actor.Role.DISPATCHER,
                                Actor.Role.CLERK)::contains)
                ? union(roles, Set.of(Actor.Role.STAFF))
                : roles;
    }

    private static <T> Set<T> union(Set<T> one, Set<T> other) {
        Set<T> both = new HashSet<>(one);
        both.addAll(other);
        return both;
    }

    private static Member member(JsonNode user, Set<Actor.Role> roles, Set<String> desks) {
        return new Member(
                user.path("id").asText(),
                user.path("username").asText(),
                Actors.name(
                        user.path("lastName").asText(""),
                        user.path("firstName").asText(""),
                        user.path("username").asText()),
                roles,
                desks);
    }

    private static Set<Actor.Role> roles(Set<String> names) {
        Set<Actor.Role> roles = new HashSet<>();
        names.forEach(name -> Actor.Role.named(name).ifPresent(roles::add));
        return roles;
    }

    private static Set<String> names(JsonNode items) {
        Set<String> names = new HashSet<>();
        items.forEach(item -> names.add(item.path("name").asText()));
        return names;
    }

    private static Set<String> texts(JsonNode items) {
        return StreamSupport.stream(items.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.toSet());
    }

    private List<JsonNode> pages(String path) {
        List<JsonNode> all = new ArrayList<>();
        JsonNode page;
        do {
            page = get(path + "?first={first}&max={max}", all.size(), PAGE);
            page.forEach(all::add);
        } while (page.size() == PAGE);
        return all;
    }

    private JsonNode get(String path, Object... parameters) {
        return admin.get()
                .uri(path, parameters)
                .headers(headers -> headers.setBearerAuth(token()))
                .retrieve()
                .body(JsonNode.class);
    }

    private synchronized String token() {
        if (Instant.now().isAfter(renewAt)) {
            LinkedMultiValueMap<String, String> form = new LinkedMultiValueMap<>(Map.of(
                    "grant_type",
                    List.of("client_credentials"),
                    "client_id",
                    List.of("liudan-directory"),
                    "client_secret",
                    List.of(secret)));
            JsonNode answer = tokens.post()
                    .body(form)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .retrieve()
                    .body(JsonNode.class);
            token = answer.path("access_token").asText();
            renewAt = Instant.now().plusSeconds(answer.path("expires_in").asLong() / 2);
        }
        return token;
    }
}
