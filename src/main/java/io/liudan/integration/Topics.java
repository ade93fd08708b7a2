package io.liudan.integration;

import io.liudan.process.KnownTopics;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.util.URISupport;
import org.springframework.stereotype.Component;

/**
 * What routes declare of the external tasks that they work on: topics with inputs, outputs and error codes, also those
 * of templates that no department uses yet.
 */
@Component
class Topics implements KnownTopics {

    /** Operators may give any delivery up. */
    private static final String DISCARDED = "DISCARDED";

    private static final String CONSUMER = "camunda7:external-task/";
    private static final String MESSAGE = "camunda7:message/";
    private static final String SIGNAL = "camunda7:signal/";

    private final CamelContext camel;

    Topics(CamelContext camel) {
        this.camel = camel;
    }

    @Override
    public List<Topic> all() {
        ModelCamelContext model = (ModelCamelContext) camel;
        // A route that was made from a template carries its parameters.
        return Stream.concat(
                        model.getRouteTemplateDefinitions().stream().map(RouteTemplateDefinition::getRoute),
                        model.getRouteDefinitions().stream().filter(route -> route.getTemplateParameters() == null))
                .map(route -> route.getInput().getEndpointUri())
                .filter(uri -> uri.startsWith(CONSUMER))
                .map(Topics::topic)
                .sorted(Comparator.comparing(Topic::topic))
                .toList();
    }

    @Override
    public Set<String> messages() {
        return sent(MESSAGE);
    }

    @Override
    public Set<String> signals() {
        return sent(SIGNAL);
    }

    @Override
    public Set<String> variables() {
        return producers()
                .filter(uri -> uri.indexOf('?') >= 0)
                .flatMap(
                        uri -> Arrays.stream(uri.substring(uri.indexOf('?') + 1).split("&")))
                .filter(option -> option.startsWith("variable.") && option.indexOf('=') > 0)
                .map(option -> option.substring("variable.".length(), option.indexOf('=')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> sent(String producer) {
        return producers()
                .filter(uri -> uri.startsWith(producer))
                .map(uri -> uri.substring(producer.length()).replaceFirst("\\?.*", ""))
                .map(name -> name.contains("{") ? "*" : name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Where routes send to the engine, also by addresses that are made up on the way. */
    private Stream<String> producers() {
        ModelCamelContext model = (ModelCamelContext) camel;
        return Stream.concat(
                        model.getRouteTemplateDefinitions().stream().map(RouteTemplateDefinition::getRoute),
                        model.getRouteDefinitions().stream())
                .flatMap(route -> Stream.concat(
                        ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), SendDefinition.class).stream()
                                .map(SendDefinition::getEndpointUri),
                        ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDynamicDefinition.class)
                                .stream()
                                .map(ToDynamicDefinition::getUri)))
                .filter(Objects::nonNull)
                .map(uri -> uri.replaceFirst("^camunda7:(//)?", "camunda7:"))
                .filter(uri -> uri.startsWith("camunda7:"));
    }

    /** Parameters of a template are variables of the model. */
    private static Topic topic(String uri) {
        int query = uri.indexOf('?');
        String topic = (query < 0 ? uri : uri.substring(0, query))
                .substring(CONSUMER.length())
                .replaceAll("\\{\\{(\\w+)}}", "\\${$1}");
        try {
            Map<String, Object> options = query < 0 ? Map.of() : URISupport.parseQuery(uri.substring(query + 1), true);
            String inputs = (String) options.getOrDefault("fetchVariables", "");
            Set<String> errors = new TreeSet<>(named(options, "error."));
            errors.add(DISCARDED);
            return new Topic(
                    topic,
                    (String) options.getOrDefault("description", topic),
                    Arrays.stream(inputs.split(","))
                            .map(String::strip)
                            .filter(name -> !name.isEmpty())
                            .toList(),
                    named(options, "variable."),
                    errors);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> named(Map<String, Object> options, String prefix) {
        return options.keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .sorted()
                .toList();
    }
}
