package io.liudan.process.packages;

import io.liudan.matter.FieldDeclaration;
import io.liudan.matter.FieldType;
import io.liudan.matter.Kinds;
import io.liudan.process.limits.LimitSteps;
import io.liudan.process.limits.Limits;
import io.liudan.process.rules.DecisionSpec;
import io.liudan.process.tasks.Elements;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.repository.DecisionDefinition;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.springframework.stereotype.Component;

/**
 * Element templates for user tasks: the desk, the limit and the status are picked, decisions and fields stand there to
 * be changed.
 */
@Component
class StepTemplates {

    private static final Map<String, String> DESKS = ordered(
            "${desks.grid(gridCode)}", "网格",
            "${desks.community(communityCode)}", "社区（村）",
            "${desks.street(streetCode)}", "街道（乡镇）",
            "${desks.department(leadDepartment)}", "牵头部门",
            "${desks.supervision()}", "市督查");
    private static final String FORM = "名称: 字段, 字段?（? 表示可不填）";
    private static final String TYPES = "名称: 类型。类型: " + String.join(", ", FieldType.namesOfDecisions());
    private static final String REASON = "理由: LONG_TEXT";

    private final RepositoryService repository;
    private final Elements elements;
    private final Kinds kinds;

    StepTemplates(RepositoryService repository, Elements elements, Kinds kinds) {
        this.repository = repository;
        this.elements = elements;
        this.kinds = kinds;
    }

    List<Map<String, Object>> all() {
        List<Map<String, Object>> picked = List.of(
                dropdown("岗位", "property", "camunda:candidateGroups", DESKS),
                dropdown("时限", "property", "camunda:dueDate", limits()),
                dropdown("到达后的状态", "camunda:property", DecisionSpec.STATUS, statuses()));
        return List.of(
                step("", "岗位办理环节", picked, ordered(), ordered()),
                step(
                        "-verify",
                        "岗位核实环节",
                        picked,
                        ordered("CONFIRM", "属实:", "DECLINE", "不属实: reason"),
                        ordered("reason", REASON)),
                step(
                        "-approve",
                        "岗位审批环节",
                        picked,
                        ordered("APPROVE", "同意:", "REJECT", "不同意: reason"),
                        ordered("reason", REASON)),
                step(
                        "-handle",
                        "岗位办结环节",
                        picked,
                        ordered("FINISH", "办结: report, evidence", "RETURN", "退回: reason"),
                        ordered("report", "办理情况: LONG_TEXT", "evidence", "办结凭证: ATTACHMENTS", "reason", REASON)),
                step(
                        "-rate",
                        "电话回访环节",
                        picked,
                        ordered("RATE", "记录回访评价: contacted, solved, satisfied, comment?"),
                        ordered(
                                "contacted", "是否已联系群众: BOOLEAN",
                                "solved", "是否已解决: BOOLEAN",
                                "satisfied", "满意度: NUMBER 5=非常满意, 4=满意, 3=基本满意, 2=不满意, 1=非常不满意",
                                "comment", "意见: LONG_TEXT")));
    }

    private static Map<String, Object> step(
            String id,
            String name,
            List<Map<String, Object>> picked,
            Map<String, String> decisions,
            Map<String, String> fields) {
        List<Map<String, Object>> properties = new ArrayList<>(picked);
        decisions.forEach((decision, value) ->
                properties.add(text("决定 " + decision, DecisionSpec.PREFIX + decision, value, FORM)));
        fields.forEach(
                (field, value) -> properties.add(text("字段 " + field, FieldDeclaration.PREFIX + field, value, TYPES)));
        Map<String, Object> template = new LinkedHashMap<>();
        template.put("$schema", ElementTemplateController.SCHEMA);
        template.put("name", name);
        template.put("id", "io.liudan.step" + id);
        template.put("description", "岗位、时限、状态可直接选；决定和字段可改，也可在扩展属性里再加");
        template.put("appliesTo", List.of("bpmn:UserTask"));
        template.put("entriesVisible", true);
        template.put("properties", properties);
        return template;
    }

    private Map<String, String> limits() {
        Map<String, String> limits = ordered("", "不设时限");
        Set<String> steps = LimitSteps.deployed(repository, Limits.TABLE).orElse(Set.of());
        List<ProcessDefinition> models = beside();
        new TreeSet<>(steps)
                .forEach(step -> limits.put("${deadlines.due(execution, '" + step + "')}", named(step, models)));
        return limits;
    }

    /** The processes of the package that the table of limits belongs to. */
    private List<ProcessDefinition> beside() {
        DecisionDefinition table = repository
                .createDecisionDefinitionQuery()
                .decisionDefinitionKey(Limits.TABLE)
                .latestVersion()
                .singleResult();
        if (table == null) {
            return List.of();
        }
        String name = name(table.getDeploymentId());
        return repository
                .createProcessDefinitionQuery()
                .latestVersion()
                .orderByProcessDefinitionKey()
                .asc()
                .list()
                .stream()
                .filter(model -> Objects.equals(name(model.getDeploymentId()), name))
                .toList();
    }

    private String name(String deployment) {
        return repository
                .createDeploymentQuery()
                .deploymentId(deployment)
                .singleResult()
                .getName();
    }

    /** As a model calls the step, where one has it. */
    private String named(String step, List<ProcessDefinition> models) {
        return models.stream()
                .map(model -> elements.name(model.getId(), step))
                .filter(name -> !name.equals(step))
                .findFirst()
                .map(name -> name + " (" + step + ")")
                .orElse(step);
    }

    private Map<String, String> statuses() {
        Map<String, String> statuses = ordered("", "不变");
        beside().forEach(process -> kinds.find(process.getKey())
                .ifPresent(kind -> kind.statuses().forEach((code, words) -> statuses.put(code, words.zh()))));
        return statuses;
    }

    private static Map<String, Object> dropdown(
            String label, String binding, String name, Map<String, String> choices) {
        Map<String, Object> property = bound(label, "Dropdown", binding, name);
        property.put("value", choices.keySet().iterator().next());
        property.put(
                "choices",
                choices.entrySet().stream()
                        .map(choice -> ordered("name", choice.getValue(), "value", choice.getKey()))
                        .toList());
        return property;
    }

    private static Map<String, Object> text(String label, String name, String value, String hint) {
        Map<String, Object> property = bound(label, "String", "camunda:property", name);
        property.put("value", value);
        property.put("description", hint);
        return property;
    }

    private static Map<String, Object> bound(String label, String type, String binding, String name) {
        Map<String, Object> property = new LinkedHashMap<>();
        property.put("label", label);
        property.put("type", type);
        property.put("binding", ordered("type", binding, "name", name));
        return property;
    }

    private static Map<String, String> ordered(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int n = 0; n < pairs.length; n += 2) {
            map.put(pairs[n], pairs[n + 1]);
        }
        return map;
    }
}
