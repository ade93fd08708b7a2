package io.liudan.integration;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * How one department is connected, as its file in {@code camel-routes/departments} says: {@code templatedRoute}s of
 * Camel's YAML, one that carries work orders to it and as many as it needs for its answers.
 *
 * @param department its code in the directory
 * @param text of the file
 */
record DepartmentFile(String department, String text, List<Templated> routes) {

    private static final String DEPARTMENT = "department";

    /**
     * @param template id of a route template; one ending in {@code -inbound} takes answers in
     * @param parameters as they stand there
     * @param line of the template's name, from 1
     * @param lines of the parameters
     */
    record Templated(String template, Map<String, Object> parameters, int line, Map<String, Integer> lines) {

        boolean inbound() {
            return template.endsWith("-inbound");
        }
    }

    /**
     * What is wrong with a file, in the words of an integrator.
     *
     * @param line from 1, {@code null} for the whole file
     */
    static IllegalArgumentException wrong(Integer line, String chinese, String english) {
        return new IllegalArgumentException((line == null ? "" : ":" + line + ": ") + chinese + "; " + english);
    }

    /** @throws IllegalArgumentException with what is wrong, in words for an integrator */
    static DepartmentFile read(String text) {
        List<Templated> routes = new ArrayList<>();
        for (Node entry : entries(text)) {
            if (!(entry instanceof MappingNode map
                    && map.getValue().size() == 1
                    && field(map, "templatedRoute").orElse(null) instanceof MappingNode route)) {
                throw wrong(line(entry), "每一项都应是 templatedRoute", "each entry has to be a templatedRoute");
            }
            routes.add(templated(route));
        }
        List<String> departments = routes.stream()
                .map(route -> String.valueOf(route.parameters().get(DEPARTMENT)))
                .distinct()
                .toList();
        if (departments.size() != 1 || departments.getFirst().equals("null")) {
            throw wrong(null, "各项的 department 应为同一个部门", "all entries have to name the same department");
        }
        if (routes.stream().filter(route -> !route.inbound()).count() != 1) {
            String names = routes.stream().map(Templated::template).collect(Collectors.joining(", "));
            throw wrong(
                    null,
                    "应有且只有一项把工单送往部门，现在是 " + names,
                    "exactly one entry has to carry work orders to the department, and was: " + names);
        }
        return new DepartmentFile(departments.getFirst(), text, List.copyOf(routes));
    }

    private static Templated templated(MappingNode route) {
        for (NodeTuple part : route.getValue()) {
            if (!(part.getKeyNode() instanceof ScalarNode key
                    && List.of("routeTemplateRef", "parameters").contains(key.getValue()))) {
                throw wrong(
                        line(part.getKeyNode()),
                        "templatedRoute 只有 routeTemplateRef 和 parameters 两项",
                        "a templatedRoute has routeTemplateRef and parameters, and nothing else");
            }
        }
        if (!(field(route, "routeTemplateRef").orElse(null) instanceof ScalarNode template)) {
            throw wrong(line(route), "缺少 routeTemplateRef", "a templatedRoute needs a routeTemplateRef");
        }
        Map<String, Object> parameters = new LinkedHashMap<>();
        Map<String, Integer> lines = new LinkedHashMap<>();
        List<Node> listed =
                field(route, "parameters").orElse(null) instanceof SequenceNode list ? list.getValue() : List.of();
        for (Node parameter : listed) {
            if (!(parameter instanceof MappingNode pair
                    && pair.getValue().size() == 2
                    && field(pair, "name").orElse(null) instanceof ScalarNode name
                    && field(pair, "value").orElse(null) instanceof ScalarNode value)) {
                throw wrong(line(parameter), "每个参数都应写成 {name: …, value: …}", "each parameter needs a name and a value");
            }
            if (parameters.put(name.getValue(), value.getValue()) != null) {
                throw wrong(line(parameter), name.getValue() + " 写了两次", name.getValue() + " is there twice");
            }
            lines.put(name.getValue(), line(value));
        }
        return new Templated(template.getValue(), parameters, line(template), lines);
    }

    private static Optional<Node> field(MappingNode map, String name) {
        return map.getValue().stream()
                .filter(part -> part.getKeyNode() instanceof ScalarNode key
                        && key.getValue().equals(name))
                .map(NodeTuple::getValueNode)
                .findFirst();
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    private static List<Node> entries(String text) {
        try {
            if (new Yaml(new SafeConstructor(new LoaderOptions())).compose(new StringReader(text))
                            instanceof SequenceNode list
                    && !list.getValue().isEmpty()) {
                return list.getValue();
            }
        } catch (MarkedYAMLException e) {
            Integer line =
                    e.getProblemMark() == null ? null : e.getProblemMark().getLine() + 1;
            throw wrong(line, "YAML 语法有误：" + e.getProblem(), "is no YAML: " + e.getProblem());
        } catch (YAMLException e) {
            throw wrong(null, "含有 YAML 不允许的字符", "is no YAML: it has characters that YAML doesn't allow");
        }
        throw wrong(null, "应是由 templatedRoute 组成的列表", "has to be a list of templatedRoute");
    }

    /** The entry that carries work orders to the department. */
    Templated outbound() {
        return routes.stream().filter(route -> !route.inbound()).findFirst().orElseThrow();
    }
}
