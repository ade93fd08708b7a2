package io.liudan.process.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.liudan.directory.CityDirectory;
import io.liudan.directory.OrgUnit;
import io.liudan.process.tasks.EngineGrants;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Permission;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.filter.Filter;
import org.camunda.bpm.engine.rest.dto.task.TaskQueryDto;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.Resource;
import org.springframework.lang.Nullable;
import org.springframework.stereotype.Component;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What staff find at the left of the Tasklist, declared in {@code bpmn/filters.yaml} and made so at every start. */
@Component
class SharedFilters {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final FilterService filters;
    private final ProcessEngine engine;
    private final AuthorizationService authorizations;
    private final CityDirectory city;
    private final Resource file;

    SharedFilters(
            FilterService filters,
            ProcessEngine engine,
            AuthorizationService authorizations,
            CityDirectory city,
            @Value("${liudan.process.filters:classpath:bpmn/filters.yaml}") Resource file) {
        this.filters = filters;
        this.engine = engine;
        this.authorizations = authorizations;
        this.city = city;
        this.file = file;
    }

    private record Declared(String name, boolean ofUnit, List<String> groups, String color, TaskQueryDto query) {}

    /** After the grants of {@code bpmn/grants.yaml}, which take away every grant that they don't name. */
    @EventListener(ApplicationStartedEvent.class)
    @Order(EngineGrants.ORDER + 1)
    void apply() throws IOException {
        List<Declared> wanted = read();
        Set<String> names = wanted.stream().map(Declared::name).collect(Collectors.toSet());
        Map<String, Filter> present = new HashMap<>();
        for (Filter filter : filters.createFilterQuery().list()) {
            if (!names.contains(filter.getName()) || present.putIfAbsent(filter.getName(), filter) != null) {
                filters.deleteFilter(filter.getId());
            }
        }
        IntStream.range(0, wanted.size()).forEach(place -> save(wanted.get(place), place, present));
    }

    private void save(Declared declared, int place, Map<String, Filter> present) {
        Filter filter = present.containsKey(declared.name())
                ? present.get(declared.name())
                : filters.newTaskFilter(declared.name());
        filter.setQuery(declared.query().toQuery(engine));
        // The lowest number comes first. The Tasklist shows columns of its own (assets/hub/cards.js).
        filter.setProperties(Map.of(
                "priority",
                place * 10,
                "color",
                declared.color(),
                "unit",
                declared.ofUnit(),
                "refresh",
                true,
                "showUndefinedVariable",
                false));
        filters.saveFilter(filter);
        for (String group : declared.groups()) {
            Authorization read = authorizations.createNewAuthorization(Authorization.AUTH_TYPE_GRANT);
            read.setGroupId(group);
            read.setResource(Resources.FILTER);
            read.setResourceId(filter.getId());
            read.setPermissions(new Permission[] {Permissions.READ});
            authorizations.saveAuthorization(read);
        }
    }

    /** SnakeYAML and not Jackson, which knows no merge keys. */
    private List<Declared> read() throws IOException {
        try (InputStream in = file.getInputStream()) {
            List<Map<String, Object>> entries = new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
            return entries.stream()
                    .flatMap(entry -> entry.get("each") == null
                            ? Stream.of(declared(entry, null))
                            : city.units().stream()
                                    .filter(unit -> unit.kind().dispatches() || unit.answers())
                                    .map(unit -> declared(entry, unit)))
                    .toList();
        }
    }

    @SuppressWarnings("unchecked")
    private Declared declared(Map<String, Object> entry, @Nullable OrgUnit unit) {
        TaskQueryDto query = JSON.convertValue(entry.get("query"), TaskQueryDto.class);
        query.setObjectMapper(JSON);
        String name = (String) entry.get("name");
        if (unit != null) {
            query.setCandidateGroups(city.desksBelow(unit));
            name = name.replace("{unit}", unit.name());
        }
        return new Declared(name, unit != null, (List<String>) entry.get("for"), (String) entry.get("color"), query);
    }
}
