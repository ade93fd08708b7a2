package io.liudan.process.tasks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.liudan.identity.Actor;
import io.liudan.matter.Kinds;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Permission;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.Resource;
import org.camunda.bpm.engine.authorization.Resources;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Who may do what in the engine's own doors, declared in {@code bpmn/grants.yaml} and made so at every start. Nobody
 * sets grants by hand: those of a group named in the file that the file doesn't name are taken away again.
 */
@Component
public class EngineGrants {

    public static final int ORDER = 0;
    /** Everybody who has a desk. */
    public static final String CLERKS = "clerk";

    private static final Map<Actor.Role, String> KINDS = Map.of(
            Actor.Role.SUPERVISOR,
            "supervisor",
            Actor.Role.DESIGNER,
            "designer",
            Actor.Role.ADMINISTRATOR,
            "camunda-admin");

    private final AuthorizationService authorizations;
    private final Kinds kinds;
    private final org.springframework.core.io.Resource file;

    EngineGrants(
            AuthorizationService authorizations,
            Kinds kinds,
            @Value("${liudan.process.grants:classpath:bpmn/grants.yaml}") org.springframework.core.io.Resource file) {
        this.authorizations = authorizations;
        this.kinds = kinds;
        this.file = file;
    }

    /** One line of the file. */
    record Grant(String group, Resources resource, String id, List<Permissions> permissions) {}

    /** The groups of an actor as the engine knows them: desks, and one group for each kind of work. */
    public static List<String> groups(Actor actor) {
        return groups(actor.roles(), actor.desks());
    }

    public static List<String> groups(Set<Actor.Role> roles, Set<String> desks) {
        List<String> groups = new ArrayList<>(desks);
        if (!desks.isEmpty()) {
            groups.add(CLERKS);
        }
        KINDS.forEach((role, group) -> {
            if (roles.contains(role)) {
                groups.add(group);
            }
        });
        return groups;
    }

    @EventListener(ApplicationStartedEvent.class)
    @Order(ORDER)
    void apply() throws IOException {
        List<Grant> grants;
        try (InputStream in = file.getInputStream()) {
            grants = new ArrayList<>(List.of(new ObjectMapper(new YAMLFactory()).readValue(in, Grant[].class)));
        }
        kinds.all().forEach(kind -> grants.addAll(ofKind(kind.key())));
        Map<String, List<Grant>> byGroup =
                grants.stream().collect(Collectors.groupingBy(Grant::group, LinkedHashMap::new, Collectors.toList()));
        byGroup.forEach((group, wanted) -> {
            List<Authorization> present =
                    authorizations.createAuthorizationQuery().groupIdIn(group).list();
            present.stream()
                    .filter(authorization -> wanted.stream().noneMatch(grant -> same(grant, authorization)))
                    .forEach(authorization -> authorizations.deleteAuthorization(authorization.getId()));
            wanted.forEach(grant -> save(grant, present));
        });
    }

    /** What a kind that has just come needs, in the caller's transaction. */
    public void grant(String kind) {
        ofKind(kind)
                .forEach(grant -> save(
                        grant,
                        authorizations
                                .createAuthorizationQuery()
                                .groupIdIn(grant.group())
                                .resourceType(grant.resource())
                                .resourceId(grant.id())
                                .list()));
    }

    private void save(Grant grant, List<Authorization> present) {
        Authorization authorization = present.stream()
                .filter(candidate -> same(grant, candidate))
                .findFirst()
                .orElseGet(() -> create(grant.group(), grant.resource(), grant.id()));
        authorization.setPermissions(grant.permissions().toArray(Permission[]::new));
        authorizations.saveAuthorization(authorization);
    }

    /** Whoever has a desk sees the models of its work, supervision the tasks of the whole city. */
    private static List<Grant> ofKind(String key) {
        return List.of(
                new Grant(CLERKS, Resources.PROCESS_DEFINITION, key, List.of(Permissions.READ)),
                new Grant(
                        KINDS.get(Actor.Role.SUPERVISOR),
                        Resources.PROCESS_DEFINITION,
                        key,
                        List.of(Permissions.READ, Permissions.READ_TASK)));
    }

    private Authorization create(String group, Resource resource, String id) {
        Authorization authorization = authorizations.createNewAuthorization(Authorization.AUTH_TYPE_GRANT);
        authorization.setGroupId(group);
        authorization.setResource(resource);
        authorization.setResourceId(id);
        return authorization;
    }

    private static boolean same(Grant grant, Authorization authorization) {
        return authorization.getResourceType() == grant.resource().resourceType()
                && grant.id().equals(authorization.getResourceId());
    }
}
