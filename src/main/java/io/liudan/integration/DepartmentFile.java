package io.liudan.integration;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * How one department is connected, as its file in {@code camel-routes/departments} says: {@code templatedRoute}s of
 * Camel's YAML, one that carries work orders to it and as many as it needs for its answers.
 *
 * @param department its code in the directory
 * @param text of the file
 */
record DepartmentFile(String department, String text, List<Templated> routes) {

    private static final String DEPARTMENT = "department";

    /** @param template id of a route template; one ending in {@code -inbound} takes answers in */
    record Templated(String template, Map<String, Object> parameters) {

        boolean inbound() {
            return template.endsWith("-inbound");
        }
    }

    /** @throws IllegalArgumentException with what is wrong, in words for an integrator */
    static DepartmentFile read(String text) {
        List<Templated> routes = new ArrayList<>();
        for (Object entry : entries(text)) {
            if (!(entry instanceof Map<?, ?> map
                    && map.size() == 1
                    && map.get("templatedRoute") instanceof Map<?, ?> route)) {
                throw new IllegalArgumentException("each entry has to be a templatedRoute");
            }
            Map<String, Object> parameters = new LinkedHashMap<>();
            for (Object parameter : route.get("parameters") instanceof List<?> list ? list : List.of()) {
                if (!(parameter instanceof Map<?, ?> pair && pair.get("name") != null)) {
                    throw new IllegalArgumentException("each parameter needs a name and a value");
                }
                parameters.put(pair.get("name").toString(), pair.get("value"));
            }
            if (!(route.get("routeTemplateRef") instanceof String template)) {
                throw new IllegalArgumentException("a templatedRoute needs a routeTemplateRef");
            }
            routes.add(new Templated(template, parameters));
        }
        List<String> departments = routes.stream()
                .map(route -> String.valueOf(route.parameters().get(DEPARTMENT)))
                .distinct()
                .toList();
        if (departments.size() != 1 || departments.getFirst().equals("null")) {
            throw new IllegalArgumentException("all entries have to name the same department");
        }
        if (routes.stream().filter(route -> !route.inbound()).count() != 1) {
            throw new IllegalArgumentException("exactly one entry has to carry work orders to the department, and was: "
                    + routes.stream().map(Templated::template).collect(Collectors.joining(", ")));
        }
        return new DepartmentFile(departments.getFirst(), text, List.copyOf(routes));
    }

    private static List<?> entries(String text) {
        try {
            if (new Yaml(new SafeConstructor(new LoaderOptions())).load(text) instanceof List<?> list
                    && !list.isEmpty()) {
                return list;
            }
        } catch (YAMLException e) {
            throw new IllegalArgumentException(
                    "is no YAML: " + e.getMessage().lines().skip(1).findFirst().orElse(""), e);
        }
        throw new IllegalArgumentException("has to be a list of templatedRoute");
    }

    /** The entry that carries work orders to the department. */
    Templated outbound() {
        return routes.stream().filter(route -> !route.inbound()).findFirst().orElseThrow();
    }
}
