package io.liudan.integration;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.RouteTemplateParameterDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * The route templates that departments' files use, and what their parameters may be ({@code parameters.yaml} beside
 * them). Read again whenever one has changed; one that can't be used leaves what was there before.
 */
@Component
class Templates {

    private static final Logger LOG = LoggerFactory.getLogger(Templates.class);
    private static final String ROUTES = "*.camel.yaml";
    private static final String PARAMETERS = "parameters.yaml";

    private final CamelContext camel;
    private final List<String> locations;
    private Map<String, String> loaded = Map.of();
    private Map<String, String> refused = Map.of();
    private volatile Map<String, Parameter> parameters = Map.of();

    Templates(CamelContext camel, IntegrationProperties properties) {
        this.camel = camel;
        this.locations = properties.templates();
    }

    /**
     * What a parameter of a department's file may be, whatever template it belongs to.
     *
     * @param form of its whole text
     * @param zh what is allowed, for whoever wrote something else
     * @param en the same in English
     * @param address of what kind it is, if it is an address: url, host, jdbc or brokers
     * @param secret whether it is never to be seen
     */
    record Parameter(String form, String zh, String en, String address, boolean secret) {

        boolean allows(String text) {
            return form == null || Pattern.matches(form, text);
        }
    }

    /**
     * What a parameter may be: as declared for the template ({@code rest.url}, and for {@code rest-inbound} alike), or
     * for all of its name. Empty for one that nobody has declared: anything is allowed.
     */
    Optional<Parameter> parameter(String template, String name) {
        return Optional.ofNullable(
                parameters.getOrDefault(template.replaceFirst("-inbound$", "") + "." + name, parameters.get(name)));
    }

    /** Names of a template's parameters, with whether they have to be given; empty for a template that isn't there. */
    Optional<Map<String, Boolean>> parametersOf(String template) {
        RouteTemplateDefinition definition = ((ModelCamelContext) camel).getRouteTemplateDefinition(template);
        if (definition == null) {
            return Optional.empty();
        }
        Map<String, Boolean> found = new TreeMap<>();
        for (RouteTemplateParameterDefinition parameter : definition.getTemplateParameters()) {
            found.put(parameter.getName(), parameter.isRequired() && parameter.getDefaultValue() == null);
        }
        return Optional.of(found);
    }

    /**
     * Takes in what has changed since the last time.
     *
     * @return whether anything has
     * @throws IllegalStateException when there never was one
     */
    boolean load() {
        Map<String, String> texts = texts();
        if (texts.equals(loaded) || texts.equals(refused)) {
            return false;
        }
        try {
            take(texts);
            loaded = texts;
            refused = Map.of();
            return true;
        } catch (Exception e) {
            if (loaded.isEmpty()) {
                throw new IllegalStateException("Route templates can't be used: " + e.getMessage(), e);
            }
            LOG.warn(
                    "Route templates have changed and can't be used, those of before go on: {}",
                    e.getClass().getName());
            refused = texts;
            restore();
            return false;
        }
    }

    private void restore() {
        try {
            take(loaded);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void take(Map<String, String> texts) throws Exception {
        Map<String, Parameter> declared = new LinkedHashMap<>();
        if (texts.containsKey(PARAMETERS)) {
            ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
            declared.putAll(yaml.readValue(
                    texts.get(PARAMETERS),
                    yaml.getTypeFactory().constructMapType(LinkedHashMap.class, String.class, Parameter.class)));
            checkForms(declared);
        }
        List<org.apache.camel.spi.Resource> changed = new ArrayList<>();
        for (Map.Entry<String, String> text : texts.entrySet()) {
            if (!text.getKey().equals(PARAMETERS)) {
                changed.add(ResourceHelper.fromString(text.getKey(), text.getValue()));
            }
        }
        PluginHelper.getRoutesLoader(camel).updateRoutes(changed);
        parameters = declared;
    }

    private static void checkForms(Map<String, Parameter> declared) {
        declared.forEach((name, parameter) -> {
            try {
                Pattern.compile(parameter.form() == null ? "" : parameter.form());
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException(PARAMETERS + ": " + name + ": " + e.getDescription(), e);
            }
        });
    }

    /** Of the first location that holds any, by the name of the file. */
    private Map<String, String> texts() {
        PathMatchingResourcePatternResolver files = new PathMatchingResourcePatternResolver();
        for (String location : locations) {
            try {
                Map<String, String> texts = new TreeMap<>();
                for (Resource file : files.getResources(location + ROUTES)) {
                    texts.put(file.getFilename(), file.getContentAsString(java.nio.charset.StandardCharsets.UTF_8));
                }
                if (!texts.isEmpty()) {
                    Resource declared = files.getResource(location + PARAMETERS);
                    if (declared.exists()) {
                        texts.put(PARAMETERS, declared.getContentAsString(java.nio.charset.StandardCharsets.UTF_8));
                    }
                    return texts;
                }
            } catch (IOException e) {
                LOG.warn(
                        "Route templates in {} can't be read: {}",
                        location,
                        e.getClass().getName());
                return loaded;
            }
        }
        throw new IllegalStateException("No route template was found in " + locations);
    }
}
