package io.liudan.process.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api;
import io.liudan.Api.Answer;
import io.liudan.HubTest;
import io.liudan.problem.Problem;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** What a designer may bring into the engine, take away again, and change of others with it. */
class DeploymentTest extends HubTest {

    private static final String ATTACK = "${''.getClass()}";

    @Autowired
    private RepositoryService repository;

    @Autowired
    private RuntimeService runtime;

    private final Api api = new Api(hub(), realm());

    private static String model(String key, String inside) {
        return """
                <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">
                  <process id="%s" name="试" isExecutable="true" camunda:historyTimeToLive="P1D" camunda:versionTag="1.2">
                    <documentation>试一试新的环节</documentation>%s</process></definitions>""".formatted(key, inside);
    }

    private static String passes(String name) {
        return "<startEvent id='s'/><sequenceFlow id='f' sourceRef='s' targetRef='t'/><userTask id='t' name=\"" + name
                + "\" camunda:candidateGroups='city-supervision'/>";
    }

    private Answer deploy(String name, String file, String content, String... more) {
        String body = "--b\r\nContent-Disposition: form-data; name=\"deployment-name\"\r\n\r\n" + name + "\r\n"
                + String.join("", more) + "--b\r\nContent-Disposition: form-data; name=\"m\"; filename=\"" + file
                + "\"\r\nContent-Type: text/xml\r\n\r\n" + content + "\r\n--b--\r\n";
        return api.send(
                "designer",
                "POST",
                "/engine-rest/deployment/create",
                BodyPublishers.ofString(body),
                Map.of("Content-Type", "multipart/form-data; boundary=b"));
    }

    private Answer delete(String id, String query) {
        return api.send(
                "designer", "DELETE", "/engine-rest/deployment/" + id + query, BodyPublishers.noBody(), Map.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "the name of a task | <userTask id='x' name=\"{attack}\" camunda:candidateGroups='g'/>",
                "documentation | <userTask id='x' name='看' camunda:candidateGroups='g'><documentation>{attack}</documentation></userTask>",
                "a form field's label | <userTask id='x' name='看' camunda:candidateGroups='g'><extensionElements><camunda:formData><camunda:formField id='a' label=\"{attack}\" type='string'/></camunda:formData></extensionElements></userTask>",
                "a form field's default | <userTask id='x' name='看' camunda:candidateGroups='g'><extensionElements><camunda:formData><camunda:formField id='a' label='a' type='string' defaultValue=\"{attack}\"/></camunda:formData></extensionElements></userTask>",
                "the tenant of a called process | <callActivity id='x' name='叫' calledElement='p' camunda:calledElementTenantId=\"{attack}\"/>",
                "an annotation | <textAnnotation id='x'><text>{attack}</text></textAnnotation>",
                "an attribute of nobody's | <userTask id='x' name='看' camunda:candidateGroups='g' camunda:whatever=\"{attack}\"/>",
            })
    void an_expression_that_reaches_out_is_refused_wherever_it_stands(String where, String inside) {
        Answer refused =
                deploy("probe-expressions", "p.bpmn", model("probe-expressions", inside.replace("{attack}", ATTACK)));
        assertThat(refused.status()).as(where).isEqualTo(422);
        assertThat(refused.body().path("message").asText()).as(where).contains("whitelisted");
    }

    @Test
    void a_table_and_a_message_are_read_as_closely() {
        String table = """
                <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="t"><decision id="probe-table" name="%s">
                <decisionTable id="dt"><output id="o" name="o" typeRef="string"/><rule id="r"><outputEntry id="e"><text>%s</text></outputEntry></rule></decisionTable></decision></definitions>""";
        assertThat(deploy("probe-table", "t.dmn", table.formatted("表", ATTACK)).status())
                .isEqualTo(422);
        assertThat(deploy("probe-table", "t.dmn", table.formatted(ATTACK, "\"x\""))
                        .status())
                .isEqualTo(422);
        String message = model("probe-message", "")
                .replace("</definitions>", "<message id=\"m\" name=\"" + ATTACK + "\"/></definitions>");
        assertThat(deploy("probe-message", "m.bpmn", message).status()).isEqualTo(422);
    }

    @ParameterizedTest
    @ValueSource(strings = {"p.cmmn", "p.html", "p.svg", "p.groovy", "p.xml", "p.js", "p.bpmn.html"})
    void files_that_the_hub_has_no_use_for_are_refused(String file) {
        Answer refused = deploy("probe-files", file, "<a/>");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body().path("message").asText()).contains("只部署 .bpmn、.dmn 和 .form");
    }

    @Test
    void a_key_belongs_to_the_package_that_it_came_with() {
        for (String key : new String[] {"six-orders", "work-order-delivery"}) {
            Answer refused = deploy("my-own", "p.bpmn", model(key, passes("看一看")));
            assertThat(refused.status()).as(key).isEqualTo(422);
            assertThat(refused.body().path("message").asText()).contains("属于");
        }
        assertThat(deploy(
                                "six-orders",
                                "p.bpmn",
                                model("probe-source", passes("看一看")),
                                "--b\r\nContent-Disposition: form-data; name=\"deployment-source\"\r\n\r\npackage\r\n")
                        .status())
                .as("what the hub itself brings is its own")
                .isEqualTo(422);
    }

    @Test
    void who_deployed_what_when_and_why_stands_with_it() {
        Answer deployed = deploy("probe-record", "p.bpmn", model("probe-record", passes("看一看")));
        assertThat(deployed.status()).isEqualTo(200);
        String id = deployed.body().path("id").asText();
        JsonNode line = null;
        for (JsonNode one : api.get("designer", "/api/v1/deployments").body()) {
            if (one.path("id").asText().equals(id)) {
                line = one;
            }
        }
        assertThat(line).isNotNull();
        assertThat(line.path("by").asText()).isEqualTo("designer");
        assertThat(line.path("name").asText()).isEqualTo("probe-record");
        assertThat(line.path("sha256").asText()).matches("[0-9a-f]{64}");
        assertThat(line.path("files").asText()).isEqualTo("p.bpmn");
        assertThat(line.path("why").asText()).contains("1.2", "试一试新的环节");
        assertThat(delete(id, "").status()).as("nothing ran on it").isEqualTo(204);
    }

    @Test
    void nobody_deletes_a_deployment_that_something_runs_or_ran_on() {
        String newest = repository
                .createProcessDefinitionQuery()
                .processDefinitionKey("six-orders")
                .latestVersion()
                .singleResult()
                .getDeploymentId();
        for (String query : new String[] {"", "?cascade=true", "?cascade=false", "?cascade="}) {
            assertThat(delete(newest, query).status()).as(query).isIn(409, 422, 403);
        }
        String id = deploy("probe-delete", "p.bpmn", model("probe-delete", passes("看一看")))
                .body()
                .path("id")
                .asText();
        String instance = runtime.startProcessInstanceByKey("probe-delete").getId();
        assertThat(delete(id, "?cascade=true").status()).isEqualTo(422);
        assertThat(delete(id, "").status()).isEqualTo(409);
        runtime.deleteProcessInstance(instance, "test");
        assertThat(delete(id, "").status()).as("it ran").isEqualTo(409);
        assertThat(repository.createDeploymentQuery().deploymentId(id).count()).isEqualTo(1);
    }

    @Test
    void a_process_changes_only_the_matter_that_the_hub_started_it_for() {
        String code = api.file("resident1");
        String inner = model(
                "probe-inner",
                "<startEvent id='s'/><sequenceFlow id='f' sourceRef='s' targetRef='e'><extensionElements><camunda:properties>"
                        + "<camunda:property name='status' value='CLOSED'/><camunda:property name='outcome' value='SOLVED'/>"
                        + "</camunda:properties></extensionElements></sequenceFlow><endEvent id='e'/>");
        String outer = model(
                "probe-outer",
                "<startEvent id='s'/><sequenceFlow id='f' sourceRef='s' targetRef='c'/><callActivity id='c' name='叫' calledElement='probe-inner'>"
                        + "<extensionElements><camunda:in businessKey='" + code
                        + "'/></extensionElements></callActivity><sequenceFlow id='g' sourceRef='c' targetRef='e'/><endEvent id='e'/>");
        assertThat(deploy("probe-inner", "p.bpmn", inner).status()).isEqualTo(200);
        assertThat(deploy("probe-outer", "p.bpmn", outer).status()).isEqualTo(200);
        assertThatThrownBy(() -> runtime.startProcessInstanceByKey("probe-outer"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(code);
        JsonNode request = api.get("resident1", "/api/v1/requests/" + code).body();
        assertThat(request.path("status").asText()).isEqualTo("ORDERED");
        assertThat(request.path("timeline")).hasSize(1);
    }
}
