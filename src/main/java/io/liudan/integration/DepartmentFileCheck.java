package io.liudan.integration;

import io.liudan.integration.DepartmentFile.Templated;
import io.liudan.integration.Templates.Parameter;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.springframework.stereotype.Component;

/** Whether the parameters of a department's file are those of its templates, and what they may be. */
@Component
class DepartmentFileCheck {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{[^{}]+}}");

    private final Templates templates;
    private final Addresses addresses;
    private final CamelContext camel;
    private final boolean secretsInClear;

    DepartmentFileCheck(
            Templates templates, Addresses addresses, CamelContext camel, IntegrationProperties properties) {
        this.secretsInClear = properties.secretsInClear();
        this.templates = templates;
        this.addresses = addresses;
        this.camel = camel;
    }

    /** @throws IllegalArgumentException with line, parameter and what is allowed */
    void of(DepartmentFile file) {
        file.routes().forEach(this::of);
    }

    private void of(Templated route) {
        Map<String, Boolean> known = templates
                .parametersOf(route.template())
                .orElseThrow(() -> DepartmentFile.wrong(
                        route.line(), "没有路由模板 " + route.template(), "there is no route template " + route.template()));
        TreeSet<String> allowed = new TreeSet<>(known.keySet());
        if (!route.inbound()) {
            allowed.addAll(RouteMaker.OF_DELIVERY);
            allowed.addAll(RouteMaker.OF_PACE);
        }
        route.parameters().forEach((name, value) -> {
            if (!allowed.contains(name)) {
                String names = String.join(", ", allowed);
                throw DepartmentFile.wrong(
                        route.lines().get(name),
                        "模板 " + route.template() + " 没有参数 " + name + "，只有 " + names,
                        route.template() + " has no parameter " + name + ", only " + names);
            }
            templates.parameter(route.template(), name).ifPresent(parameter -> value(route, name, parameter));
        });
        known.forEach((name, required) -> {
            if (required && !route.parameters().containsKey(name)) {
                throw DepartmentFile.wrong(route.line(), "缺少参数 " + name, "the parameter " + name + " is missing");
            }
        });
    }

    private void value(Templated route, String name, Parameter parameter) {
        int line = route.lines().get(name);
        String written = route.parameters().get(name).toString();
        if (parameter.secret()
                && !secretsInClear
                && !PLACEHOLDER.matcher(written).matches()) {
            throw DepartmentFile.wrong(
                    line,
                    name + "：不能写明文，应写成 \"{{env:环境变量名}}\"",
                    name + ": isn't written in clear, but as \"{{env:NAME}}\" of the environment");
        }
        String text;
        try {
            text = camel.resolvePropertyPlaceholders(written);
        } catch (RuntimeException e) {
            throw DepartmentFile.wrong(
                    line,
                    name + "：环境变量和设置里没有占位符对应的值",
                    name + ": there is nothing in the environment or the settings for its placeholder");
        }
        if (!parameter.allows(text)) {
            throw DepartmentFile.wrong(line, name + "：" + parameter.zh(), name + ": " + parameter.en());
        }
        if (parameter.address() != null) {
            addresses.refusal(parameter.address(), text).ifPresent(host -> {
                throw DepartmentFile.wrong(
                        line,
                        name + "：地址 " + host + " 不在 camel-routes/addresses.yaml 允许的范围内",
                        name + ": the address " + host + " isn't allowed by camel-routes/addresses.yaml");
            });
        }
    }
}
