package io.liudan.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.Environment;

/** What stands in a department's file: every parameter known, of its form, and at an address that is allowed. */
@ExtendWith(OutputCaptureExtension.class)
class FileParametersTest extends DepartmentTest {

    private static final String SFTP =
            templated("sftp", "hbj", "host", "localhost", "user", "u", "password", "p", "port", "22");

    @Autowired
    private DepartmentFileCheck check;

    @Autowired
    private Templates templates;

    @Autowired
    private Addresses addresses;

    @Autowired
    private CamelContext camel;

    @Autowired
    private Environment environment;

    @Value("${server.port}")
    private int port;

    private void refused(String text, String... words) {
        assertThatThrownBy(() -> check.of(DepartmentFile.read(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(words);
    }

    @ParameterizedTest
    @CsvSource({
        "timeout, abc",
        "timeout, -1",
        "retryCycle, often!",
        "concurrency, 0",
        "lockDuration, 5",
        "callsPerMinute, many",
        "maintenance, 25:00-26:00",
        "maintenance, sometimes",
        "url, http://a b/",
        "url, ftp://a.example/",
        "url, localhost:80",
        "url, jdbc:postgresql://db/x?password=secret",
    })
    void what_a_parameter_may_not_be_is_refused_with_its_line_and_name(String name, String value) {
        String text = templated("rest", "hbj", "url", "http://localhost:1/")
                + (name.equals("url") ? "" : "      - {name: " + name + ", value: \"" + value + "\"}\n");
        String whole = name.equals("url") ? text.replace("http://localhost:1/", value) : text;
        refused(whole, name.equals("url") ? ":5: url" : ":6: " + name, "; ");
        assertThatThrownBy(() -> check.of(DepartmentFile.read(whole))).hasMessageNotContaining("secret");
    }

    @Test
    void what_is_right_is_taken() {
        assertThatCode(() -> check.of(DepartmentFile.read(SFTP))).doesNotThrowAnyException();
        for (Map.Entry<String, String> right : Map.of(
                        "maintenance",
                        "23:00-01:00, SAT/SUN 02:00-06:00",
                        "retryCycle",
                        "PT10S,PT1M",
                        "timeout",
                        "3000")
                .entrySet()) {
            assertThatCode(() -> check.of(DepartmentFile.read(
                            templated("rest", "hbj", "url", "http://localhost:1/x", right.getKey(), right.getValue()))))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void a_misspelt_a_missing_and_a_doubled_parameter_are_named() {
        refused(templated("rest", "hbj", "url", "http://localhost:1/", "timout", "3000"), ":6:", "timout", "timeout");
        refused(templated("rest", "hbj"), "url", "missing");
        refused(templated("rest", "hbj", "url", "http://a.example/", "url", "http://b.example/"), ":6:", "twice");
        refused(SFTP.replace("\"22\"", "\"65536\""), "port", "65535");
        refused(SFTP + "      - {name: charset, value: GB2313}\n", "charset", "GB18030");
        refused(
                "- templatedRoute:\n    routeTemplateRef: fax\n    parameters: [{name: department, value: hbj}]",
                ":2:",
                "fax");
        refused(templated("rest", "hbj", "url", "{{env:NOBODY_SET_THIS}}"), "url", "环境", "placeholder");
    }

    @Test
    void addresses_inside_the_network_are_called_only_where_they_are_listed_and_never_the_hub_itself() {
        for (String url : List.of(
                "http://169.254.169.254/latest",
                "http://10.0.0.8/",
                "http://192.168.1.1:8443/",
                "http://172.16.3.4/",
                "http://100.64.1.1/",
                "http://[fe80::1]/",
                "http://[fd00::1]/",
                "http://0.0.0.0:9999/",
                "http://localhost:" + port + "/api/v1/requests",
                "http://127.0.0.1:" + port + "/")) {
            refused(templated("rest", "hbj", "url", url), "url", "addresses.yaml");
        }
        refused(SFTP.replace("localhost", "10.1.2.3"), "host", "addresses.yaml");
        refused(
                templated("kafka", "hbj", "brokers", "localhost:9092,10.1.2.3:9092", "topic", "t"),
                "brokers",
                "addresses.yaml");
        refused(
                templated(
                        "exchange-table",
                        "hbj",
                        "url",
                        "jdbc:postgresql://10.1.2.3:5432/x",
                        "user",
                        "u",
                        "password",
                        "p"),
                "url",
                "addresses.yaml");
        assertThatCode(() -> check.of(DepartmentFile.read(templated("rest", "hbj", "url", "https://203.0.113.7/x"))))
                .doesNotThrowAnyException();
    }

    @Test
    void a_file_is_tried_before_it_goes_live() throws Exception {
        try (HttpDepartment system = new HttpDepartment()) {
            String text = templated("rest", "hbj", "url", system.url(), "callsPerMinute", "5");
            JsonNode well = tried(text);
            assertThat(well.has("problem")).isFalse();
            assertThat(well.at("/trial/ok").asBoolean()).isTrue();
            assertThat(well.at("/trial/receipt").asText()).startsWith("R-test-hbj");
            assertThat(system.calls.getFirst().path("kind").asText()).isEqualTo("TEST");
            system.says = (exchange, receipt) -> HttpDepartment.send(exchange, 200, "{\"ok\": \"谢谢\"}");
            JsonNode sick = tried(text);
            assertThat(sick.at("/trial/fault").asText()).isEqualTo("no-receipt");
            assertThat(sick.at("/trial/answer").asText()).isEqualTo("{\"ok\":\"‹2›\"}");
            assertThat(tried(text.replace("callsPerMinute", "callsPerMinut"))
                            .path("problem")
                            .asText())
                    .startsWith("hbj.yaml:6: ");
            assertThat(connector("hbj").isMissingNode()).isTrue();
        }
    }

    private JsonNode tried(String text) {
        return api.post(
                        "integrator",
                        "/api/v1/connectors/check?department=hbj",
                        text,
                        Map.of("Content-Type", "text/plain; charset=UTF-8"))
                .body();
    }

    @Test
    void a_file_may_end_in_yml_and_two_for_one_department_are_one_too_many() throws Exception {
        Path yml = departments().resolve("hbj.yml");
        Path yaml = departments().resolve("hbj.yaml");
        try (HttpDepartment system = new HttpDepartment()) {
            Files.createDirectories(departments());
            Files.writeString(yml, templated("rest", "hbj", "url", system.url()));
            await("the connector", () -> connector("hbj").path("state").asText().equals("UP"));
            Files.writeString(yaml, templated("rest", "hbj", "url", system.url()));
            await("the problem", () -> connector("hbj").path("problem").asText().contains("not both"));
        } finally {
            Files.deleteIfExists(yml);
            Files.deleteIfExists(yaml);
            await("its end", () -> connector("hbj").isMissingNode());
        }
    }

    @Test
    void a_password_is_in_no_state_no_answer_and_no_log(CapturedOutput log) throws Exception {
        String secret = "s3cret-" + System.nanoTime();
        String text = templated(
                "exchange-table", "hbj", "url", "jdbc:postgresql://localhost:1/x", "user", "u", "password", secret);
        Path file = departments().resolve("hbj.yaml");
        try {
            assertThat(tried(text).at("/trial/fault").asText()).isEqualTo("unreachable");
            assertThat(tried(text).toString()).doesNotContain(secret);
            Files.createDirectories(departments());
            Files.writeString(file, text);
            await("the connector", () -> !connector("hbj").isMissingNode());
            assertThat(connector("hbj").toString()).doesNotContain(secret);
            assertThat(log.getAll()).contains("hbj.yaml connects").doesNotContain(secret);
        } finally {
            Files.deleteIfExists(file);
            await("its end", () -> connector("hbj").isMissingNode());
        }
    }

    @Test
    void where_it_counts_a_secret_is_not_written_in_clear() {
        IntegrationProperties strict = Binder.get(environment)
                .bind("liudan.integration", IntegrationProperties.class)
                .get();
        assertThat(strict.secretsInClear())
                .as("the demo's are known to everybody")
                .isTrue();
        DepartmentFileCheck production = new DepartmentFileCheck(
                templates,
                addresses,
                camel,
                new IntegrationProperties(
                        strict.templates(),
                        strict.departments(),
                        strict.addresses(),
                        false,
                        strict.reload(),
                        strict.linkSecret(),
                        strict.linkLife(),
                        strict.earlyMessages(),
                        strict.retryCycles(),
                        strict.circuit()));
        String clear = templated("rest", "hbj", "url", "https://203.0.113.7/x", "authorization", "Bearer abc");
        assertThatThrownBy(() -> production.of(DepartmentFile.read(clear)))
                .hasMessageContainingAll(":6: authorization", "{{env:NAME}}")
                .hasMessageNotContaining("abc");
        assertThatCode(() -> production.of(DepartmentFile.read(clear.replace("Bearer abc", "{{env:PATH}}"))))
                .doesNotThrowAnyException();
    }
}
