package io.liudan.integration;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.RequestBody;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Describes each answer to a work order by itself: which action, with which fields. The hub takes them at one address
 * with the action in it, since what a desk may decide, and with which fields, stands in the model.
 */
@Component
@Order(0)
class AnswersDocument implements GlobalOpenApiCustomizer {

    private static final String PATH = "/integration/v1/work-orders/{code}/{action}";
    private static final int TEXT = 2000;
    private static final int DAYS = 10;

    /** @param required names of the fields that have to be given */
    private record Action(
            String action, String id, String summary, Map<String, Schema<?>> fields, Set<String> required) {}

    private static List<Action> actions() {
        return List.of(
                new Action("accept", "acceptWorkOrder", "接单 The department takes the order", Map.of(), Set.of()),
                new Action(
                        "return",
                        "returnWorkOrder",
                        "退单 The order isn't the department's; within the time that the model gives",
                        Map.of("reason", text("Why it isn't", "不属本单位职责")),
                        Set.of("reason")),
                new Action(
                        "progress",
                        "reportProgressOfWorkOrder",
                        "进展 How far it is; told to the resident",
                        Map.of("text", text("How far it is", "已派人查看")),
                        Set.of("text")),
                new Action(
                        "extension",
                        "askForMoreTimeForWorkOrder",
                        "延期 More time is needed; the street decides",
                        ordered(
                                "days",
                                described(new Schema<>().types(Set.of("integer")), "Working days", 3)
                                        .minimum(java.math.BigDecimal.ONE)
                                        .maximum(java.math.BigDecimal.valueOf(DAYS)),
                                "reason",
                                text("Why", "等配件")),
                        Set.of("days", "reason")),
                new Action(
                        "finish",
                        "finishWorkOrder",
                        "办结 It is done, with evidence",
                        ordered("report", text("What was done", "已清运"), "evidence", evidence()),
                        Set.of("report", "evidence")),
                new Action(
                        "explain",
                        "explainWorkOrder",
                        "解释 It can't be solved now",
                        ordered(
                                "explanation",
                                text("Why not", "管网改造明年进行"),
                                "plan",
                                text("What will be done", "列入明年计划")),
                        Set.of("explanation", "plan")));
    }

    private static Schema<?> evidence() {
        Schema<?> inline = new Schema<>()
                .types(Set.of("object"))
                .description("A photo or document, sent along")
                .addProperty(
                        "content",
                        described(new Schema<>().types(Set.of("string")), "The file in Base64", "JVBERi0xLjQKJSVFT0YK")
                                .contentEncoding("base64"));
        inline.setRequired(List.of("content"));
        Schema<?> uploaded = described(
                        new Schema<>().types(Set.of("string")),
                        "Id of a file that was uploaded before",
                        "3fa85f64-5717-4562-b3fc-2c963f66afa6")
                .format("uuid");
        Schema<?> list =
                new Schema<>().types(Set.of("array")).description("Photos or documents that show it, ten at most");
        list.setItems(new Schema<>()
                .description("An uploaded file, or one that is sent along")
                .addOneOfItem(uploaded)
                .addOneOfItem(inline));
        return list;
    }

    private static Schema<?> text(String description, String example) {
        return described(new Schema<>().types(Set.of("string")), description, example)
                .minLength(1)
                .maxLength(TEXT);
    }

    private static Schema<?> described(Schema<?> schema, String description, Object example) {
        return schema.description(description).example(example);
    }

    private static Map<String, Schema<?>> ordered(String one, Schema<?> first, String other, Schema<?> second) {
        Map<String, Schema<?>> fields = new LinkedHashMap<>();
        fields.put(one, first);
        fields.put(other, second);
        return fields;
    }

    @Override
    public void customise(OpenAPI document) {
        PathItem item = document.getPaths().remove(PATH);
        if (item == null) {
            return;
        }
        for (Action action : actions()) {
            String name =
                    action.id().substring(0, 1).toUpperCase() + action.id().substring(1);
            Schema<?> body = new Schema<>().types(Set.of("object")).description(action.summary());
            action.fields().forEach(body::addProperty);
            body.setRequired(action.required().isEmpty() ? null : List.copyOf(action.required()));
            document.getComponents().addSchemas(name, body);
            document.getPaths()
                    .addPathItem(
                            PATH.replace("{action}", action.action()),
                            new PathItem().post(operation(item.getPost(), action, name)));
        }
    }

    private static Operation operation(Operation of, Action action, String schema) {
        return new Operation()
                .operationId(action.id())
                .summary(action.summary())
                .description(of.getDescription())
                .tags(of.getTags())
                .parameters(new ArrayList<>(of.getParameters().stream()
                        .filter(parameter -> !"action".equals(parameter.getName()))
                        .toList()))
                .requestBody(new RequestBody()
                        .required(!action.required().isEmpty())
                        .content(new Content()
                                .addMediaType(
                                        "application/json",
                                        new MediaType().schema(new Schema<>().$ref("#/components/schemas/" + schema)))))
                .responses(of.getResponses());
    }
}
