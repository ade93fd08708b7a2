package io.liudan.openapi;

import io.liudan.identity.Doors;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.converter.ResolvedSchema;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.tags.Tag;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * What all operations have in common and no controller says: a name that makes a good method, the problems that a call
 * can be answered with, and whether it needs a token.
 */
@Component
@Order(Ordered.LOWEST_PRECEDENCE)
class ApiOperations implements GlobalOpenApiCustomizer {

    private static final String PROBLEM = "application/problem+json";
    private static final String SYSTEMS = "/integration/v1/";
    private static final String ORDERS = "work-order";

    private final Doors doors;
    private final Words words;

    ApiOperations(Doors doors, Words words) {
        this.doors = doors;
        this.words = words;
    }

    /** A problem that calls can be answered with: its name among the document's responses, and what it means. */
    private record Refusal(int status, String name, String means, String code) {}

    private static final List<Refusal> REFUSALS = List.of(
            new Refusal(400, "BadRequest", "The call can't be read: its body, its key or a header.", "unreadable"),
            new Refusal(401, "Unauthorized", "There is no good token with the call.", "unauthorized"),
            new Refusal(403, "Forbidden", "This isn't open to the caller.", "forbidden"),
            new Refusal(404, "NotFound", "There is no such thing, or the caller may not know of it.", "not-found"),
            new Refusal(409, "Conflict", "As things stand now this can't be done.", "task-finished"),
            new Refusal(
                    412,
                    "PreconditionFailed",
                    "It has changed since the version that the call insists on.",
                    "work-order-changed"),
            new Refusal(413, "TooLarge", "The body is larger than is taken.", "too-large"),
            new Refusal(415, "UnsupportedMediaType", "The body is of a kind that isn't taken.", "unreadable"),
            new Refusal(422, "Unprocessable", "A field is wrong; errors names it and says why.", "fields"),
            new Refusal(429, "TooManyCalls", "So many calls aren't taken from one caller.", "too-many-calls"),
            new Refusal(500, "Failure", "Something broke; failure is the id by which the log has it.", "internal"),
            new Refusal(503, "Unavailable", "The hub or what it needs is away for a moment.", "unavailable"));

    @Override
    public void customise(OpenAPI document) {
        joined(document);
        ResolvedSchema problem =
                ModelConverters.getInstance(true).resolveAsResolvedSchema(new AnnotatedType(ProblemDocument.class));
        document.getComponents().addSchemas("Problem", problem.schema);
        problem.referencedSchemas.forEach(
                (name, schema) -> document.getComponents().addSchemas(name, schema));
        REFUSALS.forEach(refusal -> document.getComponents().addResponses(refusal.name(), answer(refusal)));
        Map<String, Integer> named = new HashMap<>();
        List<Call> calls = all(document);
        calls.forEach(one -> named.merge(named(one), 1, Integer::sum));
        Map<Call, String> names = new IdentityHashMap<>();
        calls.forEach(one -> names.put(one, named.get(named(one)) == 1 ? named(one) : apart(one)));
        calls.forEach(one -> {
            one.operation().setOperationId(names.get(one));
            refusals(one).forEach(refusal -> one.operation()
                    .getResponses()
                    .addApiResponse(
                            Integer.toString(refusal.status()),
                            new ApiResponse().$ref("#/components/responses/" + refusal.name())));
            if (isPublic(one)) {
                one.operation().setSecurity(List.of());
            }
            parameters(one.operation());
            if (one.operation().getDescription() == null) {
                one.operation().setDescription(one.operation().getSummary());
            }
        });
        document.getComponents().getSchemas().values().forEach(this::properties);
        document.setTags(tags(document));
        document.getComponents()
                .setSchemas(new TreeMap<>(document.getComponents().getSchemas()));
    }

    private record Call(HttpMethod method, String path, Operation operation) {}

    private static List<Call> all(OpenAPI document) {
        return document.getPaths().entrySet().stream()
                .flatMap(path -> path.getValue().readOperationsMap().entrySet().stream()
                        .map(operation -> new Call(operation.getKey(), path.getKey(), operation.getValue())))
                .toList();
    }

    /** {@code listRequests}, {@code getRequest}, {@code urgeRequest}: what is done, and to what. */
    private static String named(Call call) {
        String method = call.operation().getOperationId().replaceFirst("_\\d+$", "");
        List<String> parts = Arrays.asList(call.path().substring(1).split("/"));
        List<String> words =
                parts.stream().filter(part -> !part.startsWith("{")).toList();
        String last = words.getLast();
        int variable = call.path().lastIndexOf("/{");
        String what;
        if (parts.getLast().startsWith("{")) {
            what = one(last);
        } else if (call.method() == HttpMethod.GET) {
            what = last;
        } else if (variable > 0) {
            String before = call.path().substring(0, variable).replaceAll("/\\{[^}]*}", "");
            what = one(before.substring(before.lastIndexOf('/') + 1));
        } else {
            what = one(words.size() > 3 && method.startsWith(last) ? words.get(words.size() - 2) : last);
        }
        String noun = (call.path().startsWith(SYSTEMS) && !what.startsWith(ORDERS) ? "WorkOrder" : "") + camel(what);
        if (one(method).equalsIgnoreCase(one(noun))) {
            String verb =
                    call.method() != HttpMethod.GET ? "send" : parts.getLast().startsWith("{") ? "get" : "list";
            return verb + noun;
        }
        return method.toLowerCase(Locale.ROOT).contains(one(noun).toLowerCase(Locale.ROOT)) ? method : method + noun;
    }

    private static String one(String words) {
        return words.replaceFirst("ies$", "y").replaceFirst("sses$", "ss").replaceFirst("(?<!s)s$", "");
    }

    /** With the last word of the path, where two are named alike. */
    private static String apart(Call call) {
        List<String> words = Arrays.stream(call.path().split("/"))
                .filter(part -> !part.isEmpty() && !part.startsWith("{"))
                .toList();
        return named(call) + "Of" + camel(one(words.get(2)));
    }

    private static String camel(String words) {
        StringBuilder text = new StringBuilder();
        for (String word : words.split("-")) {
            text.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
        }
        return text.toString();
    }

    private Stream<Refusal> refusals(Call call) {
        boolean writes = call.method() != HttpMethod.GET;
        boolean body = call.operation().getRequestBody() != null;
        boolean part = call.path().contains("{");
        List<Parameter> parameters = call.operation().getParameters() == null
                ? List.of()
                : call.operation().getParameters();
        boolean asked = parameters.stream().anyMatch(parameter -> "query".equals(parameter.getIn()));
        boolean version = parameters.stream().anyMatch(parameter -> "If-Match".equals(parameter.getName()));
        Set<Integer> none = isPublic(call) ? Set.of(401, 403) : Set.of();
        return REFUSALS.stream()
                .filter(refusal -> switch (refusal.status()) {
                    case 400 -> body || parameters.stream().anyMatch(parameter -> "header".equals(parameter.getIn()));
                    case 404 -> part;
                    case 409 -> writes;
                    case 412 -> version;
                    case 413, 415 -> body;
                    case 422 -> body || asked;
                    default -> true;
                })
                .filter(refusal -> !none.contains(refusal.status()));
    }

    private boolean isPublic(Call call) {
        return doors.isPublic(call.method().name(), call.path().replaceAll("\\{[^}]*}", "x"));
    }

    private static ApiResponse answer(Refusal refusal) {
        Map<String, Object> example = new LinkedHashMap<>();
        example.put("type", "urn:liudan:problem:" + refusal.code());
        example.put("title", refusal.name());
        example.put("status", refusal.status());
        example.put("detail", refusal.means());
        example.put("code", refusal.code());
        if (refusal.status() == 422) {
            example.put("errors", List.of(Map.of("field", "title", "code", "required", "reason", "必填")));
        }
        ApiResponse answer = new ApiResponse()
                .description(refusal.means())
                .content(new Content()
                        .addMediaType(
                                PROBLEM,
                                new MediaType()
                                        .schema(new Schema<>().$ref("#/components/schemas/Problem"))
                                        .example(example)));
        return refusal.status() == 429 || refusal.status() == 503
                ? answer.addHeaderObject(
                        "Retry-After",
                        new Header().description("Seconds to wait").schema(new IntegerSchema().example(5)))
                : answer;
    }

    /**
     * Paths that differ in the name of a variable alone are one path: what is posted to a kind's name, and what is read
     * of a number.
     */
    private static void joined(OpenAPI document) {
        Map<String, String> first = new HashMap<>();
        // What is read gives the name.
        List<String> paths = document.getPaths().keySet().stream()
                .sorted(Comparator.comparing(
                        path -> document.getPaths().get(path).getGet() == null))
                .toList();
        for (String path : paths) {
            String same = first.putIfAbsent(path.replaceAll("\\{[^}]*}", "{}"), path);
            if (same != null) {
                document.getPaths().remove(path).readOperationsMap().forEach((method, operation) -> {
                    rename(operation, variables(path), variables(same));
                    document.getPaths().get(same).operation(method, operation);
                });
            }
        }
    }

    private static List<String> variables(String path) {
        return Arrays.stream(path.split("/"))
                .filter(part -> part.startsWith("{"))
                .map(part -> part.substring(1, part.length() - 1))
                .toList();
    }

    private static void rename(Operation operation, List<String> from, List<String> to) {
        for (Parameter parameter : operation.getParameters()) {
            int place = from.indexOf(parameter.getName());
            if ("path".equals(parameter.getIn())
                    && place >= 0
                    && !from.get(place).equals(to.get(place))) {
                parameter.setDescription("In its place: " + parameter.getName());
                parameter.setName(to.get(place));
            }
        }
    }

    private void parameters(Operation operation) {
        if (operation.getParameters() == null) {
            return;
        }
        for (Parameter parameter : operation.getParameters()) {
            if (parameter.getDescription() == null) {
                words.of(parameter.getName()).ifPresent(word -> parameter.setDescription(word.means()));
            }
        }
    }

    private void properties(Schema<?> schema) {
        if (schema.getProperties() == null) {
            return;
        }
        schema.getProperties().forEach((name, property) -> words.of(name).ifPresent(word -> {
            if (property.get$ref() == null) {
                if (property.getDescription() == null) {
                    property.setDescription(word.means());
                }
                if (property.getExample() == null && word.isOf(property)) {
                    property.setExample(word.example());
                }
            }
        }));
    }

    /** Each once, in order. */
    private static List<Tag> tags(OpenAPI document) {
        Map<String, Tag> tags = new TreeMap<>();
        all(document).forEach(call -> {
            if (call.operation().getTags() != null) {
                call.operation().getTags().forEach(name -> tags.putIfAbsent(name, new Tag().name(name)));
            }
        });
        if (document.getTags() != null) {
            document.getTags()
                    .forEach(tag -> tags.merge(
                            tag.getName(), tag, (before, now) -> before.getDescription() == null ? now : before));
        }
        return tags.values().stream().sorted(Comparator.comparing(Tag::getName)).toList();
    }
}
