package io.liudan.process.packages;

import io.liudan.process.KnownTopics;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * What designers pick from in Camunda Modeler: element templates for the steps of desks and for each topic that
 * somebody works on.
 */
@RestController
@RequestMapping("/api/v1/element-templates")
@Tag(name = "designer", description = "流程设计")
class ElementTemplateController {

    static final String SCHEMA = "https://unpkg.com/@camunda/element-templates-json-schema/resources/schema.json";

    private final KnownTopics topics;
    private final StepTemplates steps;

    ElementTemplateController(KnownTopics topics, StepTemplates steps) {
        this.topics = topics;
        this.steps = steps;
    }

    @GetMapping
    @Operation(
            summary = "Element templates for Camunda Modeler: steps of desks, and one for each topic of external tasks")
    List<Map<String, Object>> templates() {
        return Stream.concat(steps.all().stream(), topics.all().stream().map(ElementTemplateController::template))
                .toList();
    }

    private static Map<String, Object> template(KnownTopics.Topic topic) {
        List<Map<String, Object>> properties = new ArrayList<>();
        properties.add(Map.of(
                "type",
                "Hidden",
                "value",
                "external",
                "binding",
                new java.util.TreeMap<>(Map.of("type", "property", "name", "camunda:type"))));
        properties.add(Map.of(
                "type",
                "Hidden",
                "value",
                topic.topic(),
                "binding",
                new java.util.TreeMap<>(Map.of("type", "property", "name", "camunda:topic"))));
        topic.inputs()
                .forEach(input -> properties.add(Map.of(
                        "label",
                        input,
                        "type",
                        "String",
                        "value",
                        "${" + input + "}",
                        "binding",
                        new java.util.TreeMap<>(Map.of("type", "camunda:inputParameter", "name", input)))));
        topic.outputs()
                .forEach(output -> properties.add(Map.of(
                        "label",
                        output,
                        "type",
                        "String",
                        "value",
                        output,
                        "binding",
                        new java.util.TreeMap<>(
                                Map.of("type", "camunda:outputParameter", "source", "${" + output + "}")))));
        Map<String, Object> template = new LinkedHashMap<>();
        template.put("$schema", SCHEMA);
        template.put("name", topic.name());
        template.put(
                "id", "io.liudan.topic." + topic.topic().replaceAll("\\W+", "-").replaceAll("-$", ""));
        template.put("description", "BPMN errors: " + String.join(", ", topic.errors()));
        template.put("appliesTo", List.of("bpmn:ServiceTask"));
        template.put(
                "properties", properties.stream().map(java.util.TreeMap::new).toList());
        return template;
    }
}
