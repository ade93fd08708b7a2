package io.liudan.process.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.TextAnnotation;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.camunda.bpm.model.dmn.Dmn;
import org.camunda.bpm.model.dmn.DmnModelInstance;
import org.camunda.bpm.model.dmn.instance.Rule;
import org.junit.jupiter.api.Test;

/** The notes at the steps of the six orders say which desk has a step and until when, as model and table have it. */
class NotesInThePictureTest {

    private static final Pattern LIMIT = Pattern.compile("deadlines\\.due\\(execution, '([^']*)'\\)");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"");
    private static final Map<String, String> DESKS = Map.of(
            "${desks.grid(gridCode)}",
            "网格",
            "${desks.community(communityCode)}",
            "社区",
            "${desks.street(streetCode)}",
            "街道",
            "${desks.department(leadDepartment)}",
            "主办部门",
            "${desks.department(department)}",
            "主办、协办部门",
            "${desks.supervision()}",
            "市督查");
    private static final Map<String, String> WORDS =
            Map.of("heating", "供热", "water", "供水", "gas", "燃气", "URGENT", "紧急", "EMERGENCY", "特急");
    private static final Map<String, String> UNITS =
            Map.of("HOURS", "小时", "WORKING_HOURS", "工作小时", "WORKING_DAYS", "个工作日", "DAYS", "天", "MINUTES", "分钟");

    private final BpmnModelInstance model = Bpmn.readModelFromFile(new File("bpmn/six-orders/six-orders.bpmn"));
    private final DmnModelInstance table = Dmn.readModelFromFile(new File("bpmn/six-orders/deadlines.dmn"));

    @Test
    void each_step_of_a_desk_has_a_note_that_says_what_model_and_table_say() {
        Map<String, String> notes = model.getModelElementsByType(TextAnnotation.class).stream()
                .collect(Collectors.toMap(
                        TextAnnotation::getId, note -> note.getText().getTextContent()));
        Collection<UserTask> tasks = model.getModelElementsByType(UserTask.class);
        assertThat(tasks).isNotEmpty();
        assertThat(tasks).allSatisfy(task -> assertThat(notes.get("note-" + task.getId()))
                .as("the note at %s", task.getName())
                .isEqualTo(String.join("\n", said(task))));
    }

    private List<String> said(UserTask task) {
        Matcher limit = LIMIT.matcher(task.getCamundaDueDate());
        assertThat(limit.find()).isTrue();
        List<String> limits = limits(limit.group(1));
        List<String> lines = new ArrayList<>();
        lines.add("岗位 " + DESKS.get(task.getCamundaCandidateGroups()));
        lines.add("时限 " + limits.getFirst());
        lines.addAll(limits.subList(1, limits.size()));
        return lines;
    }

    /** The row for all others first. */
    private List<String> limits(String step) {
        return table.getModelElementsByType(Rule.class).stream()
                .filter(row -> words(row, 0).toList().equals(List.of(step)))
                .map(row -> {
                    String whom = Stream.concat(
                                    words(row, 1),
                                    words(row, 2).sorted(Comparator.comparing("URGENT EMERGENCY"::indexOf)))
                            .map(WORDS::get)
                            .collect(Collectors.joining("、"));
                    List<String> says = row.getOutputEntries().stream()
                            .map(TableRules::text)
                            .toList();
                    return (whom.isEmpty() ? "" : whom + " ") + says.getFirst() + " "
                            + UNITS.get(says.get(1).replace("\"", ""));
                })
                .sorted(Comparator.comparing(line -> !Character.isDigit(line.charAt(0))))
                .toList();
    }

    private static Stream<String> words(Rule row, int column) {
        return WORD.matcher(TableRules.text(List.copyOf(row.getInputEntries()).get(column)))
                .results()
                .map(found -> found.group(1));
    }
}
