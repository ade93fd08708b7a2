package io.liudan.process.rules;

import io.liudan.problem.Nearest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.BaseElement;
import org.camunda.bpm.model.bpmn.instance.CatchEvent;
import org.camunda.bpm.model.bpmn.instance.ConditionalEventDefinition;
import org.camunda.bpm.model.bpmn.instance.Message;
import org.camunda.bpm.model.bpmn.instance.MessageEventDefinition;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.camunda.bpm.model.bpmn.instance.ReceiveTask;
import org.camunda.bpm.model.bpmn.instance.Signal;
import org.camunda.bpm.model.bpmn.instance.SignalEventDefinition;
import org.camunda.bpm.model.bpmn.instance.StartEvent;
import org.camunda.bpm.model.bpmn.instance.ThrowEvent;
import org.camunda.bpm.model.bpmn.instance.TimerEventDefinition;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.camunda.bpm.model.xml.instance.ModelElementInstance;

/** The rules of what a model waits for: somebody sends it, and a process with desks begins for a matter. */
public final class ModelEvents {

    private ModelEvents() {}

    /** Names of the signals that a model throws. */
    public static Set<String> thrown(BpmnModelInstance model) {
        Set<String> names = new HashSet<>();
        for (ThrowEvent event : model.getModelElementsByType(ThrowEvent.class)) {
            event.getEventDefinitions().stream()
                    .filter(SignalEventDefinition.class::isInstance)
                    .map(definition -> ((SignalEventDefinition) definition).getSignal())
                    .filter(signal -> signal != null && signal.getName() != null)
                    .forEach(signal -> names.add(signal.getName()));
        }
        return names;
    }

    /**
     * @param sent names of messages that somebody sends
     * @param thrown names of signals that somebody throws; {@code *} in either for names that are known later
     */
    static List<String> faults(BpmnModelInstance model, Set<String> sent, Set<String> thrown) {
        List<String> faults = new ArrayList<>();
        for (CatchEvent event : model.getModelElementsByType(CatchEvent.class)) {
            if (!executed(event)) {
                continue;
            }
            event.getEventDefinitions().forEach(definition -> {
                if (definition instanceof MessageEventDefinition message) {
                    message(event, message.getMessage(), sent, faults);
                }
                if (definition instanceof SignalEventDefinition signal) {
                    signal(event, signal.getSignal(), thrown, faults);
                }
            });
        }
        model.getModelElementsByType(ReceiveTask.class).stream()
                .filter(ModelEvents::executed)
                .forEach(task -> message(task, task.getMessage(), sent, faults));
        model.getModelElementsByType(Process.class).stream()
                .filter(Process::isExecutable)
                .forEach(process -> begins(process, faults));
        return faults;
    }

    private static void message(BaseElement element, Message message, Set<String> sent, List<String> faults) {
        String name = message == null ? null : message.getName();
        if (name == null || name.isBlank()) {
            faults.add(ModelRules.at(element) + "没有写明等哪条消息 doesn't say which message it waits for");
        } else if (ModelRules.literal(name) && !sent.contains(name) && !sent.contains("*")) {
            faults.add(ModelRules.at(element) + "没有谁发这条消息 nobody sends the message '" + name + "'"
                    + Nearest.of(name, sent)
                            .map(Nearest::hint)
                            .orElse("; there are: "
                                    + String.join(", ", sent.stream().sorted().toList())));
        }
    }

    private static void signal(BaseElement element, Signal signal, Set<String> thrown, List<String> faults) {
        String name = signal == null ? null : signal.getName();
        if (name == null || name.isBlank()) {
            faults.add(ModelRules.at(element) + "没有写明等哪个信号 doesn't say which signal it waits for");
        } else if (ModelRules.literal(name) && !thrown.contains(name) && !thrown.contains("*")) {
            faults.add(ModelRules.at(element) + "没有谁发这个信号 nobody throws the signal '" + name + "'"
                    + Nearest.hint(name, thrown));
        }
    }

    /** What stands in a pool that is only drawn waits for nothing. */
    private static boolean executed(ModelElementInstance element) {
        return Stream.iterate(element, Objects::nonNull, ModelElementInstance::getParentElement)
                .filter(Process.class::isInstance)
                .map(Process.class::cast)
                .anyMatch(Process::isExecutable);
    }

    /** Whether a process has tasks of people, at any depth. */
    public static boolean hasDesks(Process process) {
        return process.getModelInstance().getModelElementsByType(UserTask.class).stream()
                .map(ModelElementInstance.class::cast)
                .anyMatch(task -> Stream.iterate(
                                task.getParentElement(), Objects::nonNull, ModelElementInstance::getParentElement)
                        .anyMatch(process::equals));
    }

    /** A process that a clock or a signal begins works on no matter: a task of it could never be completed. */
    private static void begins(Process process, List<String> faults) {
        if (!hasDesks(process)) {
            return;
        }
        for (StartEvent start : process.getChildElementsByType(StartEvent.class)) {
            boolean byItself = start.getEventDefinitions().stream()
                    .anyMatch(definition -> definition instanceof TimerEventDefinition
                            || definition instanceof SignalEventDefinition
                            || definition instanceof ConditionalEventDefinition);
            if (byItself) {
                faults.add(
                        ModelRules.at(start)
                                + "这样开始的流程没有对应的诉求，里面的人工任务办不了 a process that begins by itself works on no request: nobody could complete its user tasks");
            }
        }
    }
}
