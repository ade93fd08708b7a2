package io.liudan.identity;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.Resource;
import org.springframework.http.server.PathContainer;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;
import org.springframework.stereotype.Component;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Lets in whom {@code keycloak/doors.yaml} lets in, and nobody else: the first of the hub's policies, and the only one
 * that knows roles by their doors.
 */
@Component
public class Doors implements AuthorizationManager<RequestAuthorizationContext> {

    private static final String PUBLIC = "public";

    private final Map<PathPattern, Map<String, Set<Actor.Role>>> doors =
            new TreeMap<>(PathPattern.SPECIFICITY_COMPARATOR.thenComparing(PathPattern::getPatternString));
    private final Set<Actor.Role> apart;
    private final Map<PathPattern, Set<String>> deployKeys = new HashMap<>();

    /** Where the engine's own API stands: {@code engine} in the file names a door at both. */
    private static final List<String> ENGINE = List.of("/engine-rest", "/camunda/api/engine/engine/default");

    private record Declared(
            Map<String, List<String>> groups,
            List<String> apart,
            List<String> deployKeys,
            LinkedHashMap<String, List<String>> doors,
            LinkedHashMap<String, List<String>> engine) {}

    /** @throws IllegalStateException naming the line of the file that can't be understood */
    Doors(@Value("${liudan.identity.doors:classpath:keycloak/doors.yaml}") Resource file) throws IOException {
        try (InputStream in = file.getInputStream()) {
            Declared declared = new ObjectMapper(new YAMLFactory()).readValue(in, Declared.class);
            declared.doors().forEach((line, names) -> add(line, names, declared.groups()));
            ENGINE.forEach(address -> declared.engine()
                    .forEach((line, names) -> add(line.replaceFirst(" ", " " + address), names, declared.groups())));
            Objects.requireNonNullElse(declared.deployKeys(), List.<String>of()).forEach(this::addForDeployKeys);
            this.apart = roles("apart", declared.apart(), Map.of());
        }
    }

    private static String[] parts(String line) {
        String[] parts = line.split(" ");
        if (parts.length != 2) {
            throw new IllegalStateException("doors.yaml: '" + line + "' is not a method and a path");
        }
        return parts;
    }

    private void addForDeployKeys(String line) {
        String[] parts = parts(line);
        deployKeys
                .computeIfAbsent(PathPatternParser.defaultInstance.parse(parts[1]), path -> new HashSet<>())
                .add(parts[0]);
    }

    /** A public door has no roles. */
    private void add(String line, List<String> names, Map<String, List<String>> groups) {
        String[] parts = parts(line);
        doors.computeIfAbsent(PathPatternParser.defaultInstance.parse(parts[1]), path -> new HashMap<>())
                .put(parts[0], names.equals(List.of(PUBLIC)) ? Set.of() : roles(line, names, groups));
    }

    private static Set<Actor.Role> roles(String line, List<String> names, Map<String, List<String>> groups) {
        Set<Actor.Role> roles = EnumSet.noneOf(Actor.Role.class);
        for (String name : names) {
            if (groups.containsKey(name)) {
                roles.addAll(roles(line, groups.get(name), Map.of()));
            } else {
                roles.add(Actor.Role.named(name)
                        .orElseThrow(() -> new IllegalStateException(
                                "doors.yaml: '" + line + "' names the role '" + name + "', which there isn't")));
            }
        }
        if (roles.isEmpty()) {
            throw new IllegalStateException("doors.yaml: '" + line + "' lets nobody in; leave it out");
        }
        return roles;
    }

    @Override
    public AuthorizationDecision check(Supplier<Authentication> authentication, RequestAuthorizationContext context) {
        HttpServletRequest call = context.getRequest();
        return new AuthorizationDecision(find(
                        call.getMethod(),
                        call.getRequestURI().substring(call.getContextPath().length()))
                .filter(roles -> roles.isEmpty()
                        || Actors.of(authentication.get())
                                .filter(actor -> admits(roles, actor))
                                .isPresent())
                .isPresent());
    }

    /** Whether a designer's deploy key opens this door, where the designer may come in. */
    boolean openToDeployKeys(String method, String path) {
        PathContainer address = PathContainer.parsePath(path);
        return deployKeys.entrySet().stream()
                .anyMatch(door ->
                        door.getValue().contains(method) && door.getKey().matches(address));
    }

    private boolean admits(Set<Actor.Role> roles, Actor actor) {
        return actor.roles().stream().anyMatch(roles::contains) && inOneHand(actor.roles());
    }

    /** Whether no two of these roles must be apart. */
    boolean inOneHand(Set<Actor.Role> roles) {
        return roles.stream().filter(apart::contains).count() < 2;
    }

    /** Whether a door is open to everybody, token or no token. */
    public boolean isPublic(String method, String path) {
        return find(method, path).filter(Set::isEmpty).isPresent();
    }

    private Optional<Set<Actor.Role>> find(String method, String path) {
        PathContainer address = PathContainer.parsePath(path);
        String asked = method.equals("HEAD") ? "GET" : method;
        return doors.entrySet().stream()
                .filter(door ->
                        door.getKey().matches(address) && door.getValue().containsKey(asked))
                .map(door -> door.getValue().get(asked))
                .findFirst();
    }
}
