package io.liudan.process.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Set;
import org.camunda.bpm.engine.FormService;
import org.camunda.bpm.engine.form.FormField;
import org.camunda.bpm.engine.form.TaskFormData;
import org.springframework.stereotype.Component;

/**
 * The fields that a designer's own form of a task declares: a Camunda form ({@code .form}) or form data in the model.
 */
@Component
class TaskForms {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final FormService forms;

    TaskForms(FormService forms) {
        this.forms = forms;
    }

    /** Names of fields; none for a task with the hub's own page. */
    Set<String> fields(String taskId) {
        Set<String> names = new HashSet<>();
        TaskFormData data = forms.getTaskFormData(taskId);
        if (data == null) {
            return names;
        }
        data.getFormFields().stream().map(FormField::getId).forEach(names::add);
        if (data.getCamundaFormRef() != null) {
            try (InputStream form = forms.getDeployedTaskForm(taskId)) {
                collect(JSON.readTree(form), names);
            } catch (IOException e) {
                throw new IllegalStateException("The form of a task can't be read", e);
            }
        }
        return names;
    }

    private static void collect(JsonNode component, Set<String> names) {
        if (component.hasNonNull("key")) {
            names.add(component.path("key").asText());
        }
        component.path("components").forEach(inner -> collect(inner, names));
    }
}
