package io.liudan.process.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.liudan.Api;
import io.liudan.HubTest;
import io.liudan.WebSession;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.camunda.bpm.dmn.engine.DmnEngineException;
import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.camunda.bpm.engine.filter.Filter;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.camunda.bpm.engine.task.TaskQuery;
import org.camunda.bpm.engine.variable.Variables;
import org.camunda.bpm.impl.juel.jakarta.el.ELException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Tries to get beyond the wall under the engine's expressions, at the wall itself and through every door. */
class ExpressionWallTest extends HubTest {

    private static final String GRID = "622901001001-01";
    /** What each attack would leave behind. */
    private static final Path MARK = Path.of("target/expression-wall-" + System.nanoTime());

    private static final String ATTACK =
            "''.getClass().forName('java.nio.file.Files').getMethods()[0].invoke(null, '" + MARK + "')";

    @Autowired
    private ProcessEngineConfigurationImpl engine;

    @Autowired
    private RepositoryService repository;

    @Autowired
    private RuntimeService runtime;

    @Autowired
    private TaskService tasks;

    @Autowired
    private FilterService filters;

    @Autowired
    private IdentityService identity;

    @Autowired
    private JdbcClient jdbc;

    private final Api api = new Api(hub(), realm());
    private String code;
    private String task;

    @BeforeEach
    void aTask() {
        code = api.submit(
                        "resident1",
                        Map.of("category", "sanitation", "title", "垃圾没有清运", "description", "三天了", "gridCode", GRID))
                .body()
                .path("code")
                .asText();
        task = api.task("grid1", code, "verify").path("id").asText();
    }

    @AfterEach
    void nobodyAgain() {
        identity.clearAuthentication();
    }

    /** Evaluates as the engine does, with the task of a running request as scope. */
    private Object evaluate(String expression) {
        identity.setAuthentication("grid1", List.of("grid-" + GRID));
        return engine.getCommandExecutorTxRequired().execute(context -> {
            TaskEntity scope = context.getTaskManager().findTaskById(task);
            scope.setVariablesLocal(
                    Map.of("text", "words", "list", List.of("a", "b"), "map", Map.of("lead", "cgj"), "number", 4));
            return engine.getExpressionManager().createExpression(expression).getValue((VariableScope) scope);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${''.getClass()}",
                "${''.class}",
                "${''['class']}",
                "${text.length()}",
                "${text.bytes}",
                "${'x'.concat('y')}",
                "${list.size()}",
                "${list[0]}",
                "${list.get(0)}",
                "${list.stream()}",
                "${map.size()}",
                "${map.getClass()}",
                "${map.lead.getClass()}",
                "${map.lead.length()}",
                "${map.keySet()}",
                "${number.intValue()}",
                "${number.class.forName('java.lang.Runtime')}",
                "${execution.id}",
                "${execution.getId()}",
                "${execution.processEngineServices}",
                "${execution.getProcessEngineServices().getRuntimeService()}",
                "${execution.setVariable('rework', true)}",
                "${execution['processEngine']}",
                "${task.name}",
                "${task.getExecution()}",
                "${task.setAssignee('grid1')}",
                "${task.complete()}",
                "${authenticatedUserId.length()}",
                "${variableContext}",
                "${desks.class}",
                "${desks.getClass()}",
                "${desks.hashCode()}",
                "${desks.toString()}",
                "${desks['grid']}",
                "${desks.grid}",
                "${desks.grid('x').length()}",
                "${desks.everything()}",
                "${desks.grid('x', 'y')}",
                "${deadlines.limits}",
                "${watch.wait()}",
                "${runtimeService.createProcessInstanceQuery()}",
                "${jdbcClient}",
                "${processEngine}",
                "${springContext}",
                "${applicationContext.getBean('vault')}",
                "${currentUser().length()}",
                "${currentUserGroups().size()}",
                "${currentUserGroups()[0]}",
                "${now().time}",
                "${now().getClass()}",
                "${dateTime()}",
                "${dateTime().plusYears(1)}",
                "${T(java.lang.Runtime).getRuntime()}",
                "${java.lang.Runtime}",
                "${Runtime.getRuntime()}",
                "#{''.getClass()}",
                "words ${''.getClass()} words",
                "${true ? ''.getClass() : 1}",
                "${1 + ''.hashCode()}",
                "${[1].getClass()}",
                "${desks.grid(''.getClass())}",
                "${desks.grid(execution.id)}",
                "${S('{}')}",
                "${XML('<a/>')}",
                "${connector}",
            })
    void an_expression_reaches_nothing_beyond_the_wall(String attack) {
        // What can't even be read is told by the parser itself.
        assertThatThrownBy(() -> evaluate(attack)).isInstanceOfAny(ProcessEngineException.class, ELException.class);
    }

    @Test
    void an_expression_reaches_variables_keys_of_maps_verbs_and_three_functions() {
        assertThat(evaluate("${text == 'words' and number > 3 and not empty list}"))
                .isEqualTo(true);
        assertThat(evaluate("${map.lead}")).isEqualTo("cgj");
        assertThat(evaluate("${map['lead']}")).isEqualTo("cgj");
        assertThat(evaluate("${map.nosuch}")).isNull();
        assertThat(evaluate("${desks.grid('622901001001-01')}")).isEqualTo("grid-622901001001-01");
        assertThat(evaluate("${currentUser()}")).isEqualTo("grid1");
        assertThat(evaluate("${now()}")).isNotNull();
        assertThat(evaluate("${deadlines.endOfToday()}")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "''.getClass()",
                "''.class",
                "step.getClass()",
                "step.length()",
                "${''.getClass()}",
                "not(''.getClass())",
                "[''.getClass() .. 5]",
                "< step.hashCode()",
                "date and time(''.getClass())",
            })
    void a_cell_of_a_decision_table_reaches_nothing_beyond_the_wall(String cell) {
        assertThatThrownBy(() -> engine.getDmnEngineConfiguration()
                        .getFeelEngine()
                        .evaluateSimpleUnaryTests(
                                cell,
                                "step",
                                Variables.putValue("step", "verify").asVariableContext()))
                .satisfiesAnyOf(
                        failed -> assertThat(failed).isInstanceOf(DmnEngineException.class),
                        failed -> assertThat(failed.getClass().getPackageName()).startsWith("org.camunda.bpm"));
    }

    @Test
    void a_model_that_came_past_the_guard_still_meets_the_wall() {
        String model = """
                <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">
                  <process id="past-the-guard" isExecutable="true" camunda:historyTimeToLive="P1D"><startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/>
                  <serviceTask id="t" camunda:expression="%s"/></process></definitions>""";
        String deployment = repository
                .createDeployment()
                .name("past-the-guard")
                .addString("p.bpmn", model.formatted("${deadlines.endOfToday()}"))
                .deploy()
                .getId();
        try {
            for (String bad : List.of(
                    "camunda:expression=\"${''.getClass()}\"",
                    "camunda:class=\"" + Trespasser.class.getName() + "\"",
                    "camunda:delegateExpression=\"${dataSource}\"")) {
                String changed = model.formatted("x").replace("camunda:expression=\"x\"", bad);
                jdbc.sql("update act_ge_bytearray set bytes_ = ? where deployment_id_ = ?")
                        .params(changed.getBytes(StandardCharsets.UTF_8), deployment)
                        .update();
                engine.getDeploymentCache().discardProcessDefinitionCache();
                assertThatThrownBy(() -> runtime.startProcessInstanceByKey("past-the-guard"))
                        .as(bad)
                        .isInstanceOf(ProcessEngineException.class);
            }
            assertThat(Trespasser.ran).isFalse();
        } finally {
            repository.deleteDeployment(deployment, true);
        }
    }

    /** What a model would run if it could name a class. */
    public static class Trespasser implements org.camunda.bpm.engine.delegate.JavaDelegate {

        static volatile boolean ran;

        @Override
        public void execute(org.camunda.bpm.engine.delegate.DelegateExecution execution) {
            ran = true;
        }
    }

    @Test
    void no_door_takes_an_expression_at_any_depth() {
        WebSession browser = new WebSession(hub());
        browser.signIn("grid1");
        String expression = "${" + ATTACK + "}";
        String filter =
                filters.createFilterQuery().filterName("本岗待办").singleResult().getId();
        List<Map<String, Object>> bodies = List.of(
                Map.of("assigneeExpression", expression),
                Map.of("orQueries", List.of(Map.of("assigneeExpression", expression))),
                Map.of("orQueries", List.of(Map.of("candidateGroupsExpression", expression))),
                Map.of("orQueries", List.of(Map.of("orQueries", List.of(Map.of("dueBeforeExpression", expression))))),
                Map.of("AssigneeExpression", expression));
        for (Map<String, Object> body : bodies) {
            for (String path :
                    List.of("/task", "/task/count", "/filter/" + filter + "/list", "/filter/" + filter + "/count")) {
                assertThat(api.post("grid1", "/engine-rest" + path, body).status())
                        .as(path + " " + body)
                        .isEqualTo(422);
                assertThat(browser.send("POST", "/camunda/api/engine/engine/default" + path, body, Map.of())
                                .statusCode())
                        .as(path + " " + body)
                        .isEqualTo(422);
            }
        }
        assertThat(api.get("grid1", "/engine-rest/task?assigneeExpression=%24%7B''.getClass()%7D")
                        .status())
                .isEqualTo(422);
        assertThat(MARK).doesNotExist();
    }

    @Test
    void a_filter_that_somebody_saved_before_meets_the_wall() {
        TaskQuery query = tasks.createTaskQuery()
                .or()
                .taskAssigneeExpression("${" + ATTACK + "}")
                .endOr();
        Filter saved = filters.newTaskFilter("kept-from-before").setQuery(query);
        filters.saveFilter(saved);
        try {
            assertThatThrownBy(() -> filters.list(saved.getId())).isInstanceOf(ProcessEngineException.class);
            assertThatThrownBy(() -> filters.count(saved.getId())).isInstanceOf(ProcessEngineException.class);
        } finally {
            filters.deleteFilter(saved.getId());
        }
    }

    @Test
    void lists_without_end_are_refused() {
        List<Map<String, String>> or =
                Stream.generate(() -> Map.of("assignee", "grid1")).limit(6).toList();
        assertThat(api.post("grid1", "/engine-rest/task", Map.of("orQueries", or))
                        .status())
                .isEqualTo(422);
        List<String> ids = Stream.generate(() -> "x").limit(201).toList();
        assertThat(api.post("grid1", "/engine-rest/task", Map.of("processInstanceBusinessKeyIn", ids))
                        .status())
                .isEqualTo(422);
        assertThat(api.get("grid1", "/engine-rest/task?processInstanceBusinessKeyIn=" + String.join(",", ids))
                        .status())
                .isEqualTo(422);
        assertThat(api.post("grid1", "/engine-rest/task", "[".repeat(2000)).status())
                .isEqualTo(400);
    }
}
