package io.liudan.process.rules;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.Activity;
import org.camunda.bpm.model.bpmn.instance.BoundaryEvent;
import org.camunda.bpm.model.bpmn.instance.ExclusiveGateway;
import org.camunda.bpm.model.bpmn.instance.FlowElement;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.IntermediateCatchEvent;
import org.camunda.bpm.model.bpmn.instance.IntermediateThrowEvent;
import org.camunda.bpm.model.bpmn.instance.LinkEventDefinition;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.camunda.bpm.model.bpmn.instance.SequenceFlow;
import org.camunda.bpm.model.bpmn.instance.StartEvent;
import org.camunda.bpm.model.bpmn.instance.SubProcess;
import org.camunda.bpm.model.bpmn.instance.UserTask;

/** The rules of a model's ways: each step can be reached, each decision leads somewhere, each way has its decision. */
final class ModelFlow {

    private static final Pattern COMPARED = Pattern.compile("\\bdecision\\s*(==|eq)\\s*'([^']*)'");
    private static final Pattern OTHERWISE = Pattern.compile("!=|\\bne\\b|!|\\bnot\\b|\\band\\b|&&|<|>");

    /** By where they begin and where they end: not every editor writes them down at the steps, too. */
    private final Map<FlowNode, List<SequenceFlow>> from;

    private final Map<FlowNode, List<SequenceFlow>> to;
    private final List<String> faults = new ArrayList<>();

    private ModelFlow(BpmnModelInstance model) {
        List<SequenceFlow> flows = model.getModelElementsByType(SequenceFlow.class).stream()
                .filter(flow -> flow.getSource() != null && flow.getTarget() != null)
                .toList();
        this.from = flows.stream().collect(Collectors.groupingBy(SequenceFlow::getSource));
        this.to = flows.stream().collect(Collectors.groupingBy(SequenceFlow::getTarget));
    }

    static List<String> faults(BpmnModelInstance model) {
        ModelFlow flow = new ModelFlow(model);
        model.getModelElementsByType(Process.class).forEach(process -> flow.reach(process.getFlowElements()));
        model.getModelElementsByType(SubProcess.class).forEach(part -> flow.reach(part.getFlowElements()));
        model.getModelElementsByType(UserTask.class).forEach(flow::ways);
        return flow.faults;
    }

    private List<SequenceFlow> outgoing(FlowNode node) {
        return from.getOrDefault(node, List.of());
    }

    /** Within one process or sub-process. */
    private void reach(Collection<FlowElement> elements) {
        List<FlowNode> nodes = elements.stream()
                .filter(FlowNode.class::isInstance)
                .map(FlowNode.class::cast)
                .toList();
        Set<FlowNode> reached = new HashSet<>();
        Deque<FlowNode> next = new ArrayDeque<>();
        nodes.stream().filter(ModelFlow::begins).forEach(next::push);
        while (!next.isEmpty()) {
            FlowNode node = next.pop();
            if (reached.add(node)) {
                outgoing(node).stream().map(SequenceFlow::getTarget).forEach(next::push);
                nodes.stream()
                        .filter(BoundaryEvent.class::isInstance)
                        .filter(event -> node.equals(((BoundaryEvent) event).getAttachedTo()))
                        .forEach(next::push);
                link(node).ifPresent(name -> {
                    List<FlowNode> caught = nodes.stream()
                            .filter(IntermediateCatchEvent.class::isInstance)
                            .filter(other -> link(other).filter(name::equals).isPresent())
                            .toList();
                    if (node instanceof IntermediateThrowEvent && caught.isEmpty()) {
                        faults.add(ModelRules.at(node) + "没有对应的链接接收事件 no link is caught by the name '" + name + "'");
                    }
                    caught.forEach(next::push);
                });
            }
        }
        nodes.stream()
                .filter(node -> !reached.contains(node))
                .forEach(node -> faults.add(ModelRules.at(node) + "没有路走到这一步 no way leads here"));
    }

    private static boolean begins(FlowNode node) {
        return node instanceof StartEvent
                || node instanceof SubProcess part && part.triggeredByEvent()
                || node instanceof Activity activity && activity.isForCompensation();
    }

    private static Optional<String> link(FlowNode node) {
        return node.getChildElementsByType(LinkEventDefinition.class).stream()
                .map(LinkEventDefinition::getName)
                .findFirst();
    }

    /** Looks at conditions that compare the decision and nothing else: others are open at times. */
    private void ways(UserTask task) {
        Set<String> offered = new HashSet<>();
        DecisionSpec.read(ModelRules.properties(task)).forEach(spec -> offered.add(spec.decision()));
        List<SequenceFlow> flows = outgoing(task);
        SequenceFlow otherwise = task.getDefault();
        if (flows.size() == 1 && flows.getFirst().getTarget() instanceof ExclusiveGateway gateway) {
            if (to.get(gateway).size() != 1) {
                return;
            }
            flows = outgoing(gateway);
            otherwise = gateway.getDefault();
        }
        Set<String> led = new HashSet<>();
        boolean plain = !flows.isEmpty();
        for (SequenceFlow flow : flows) {
            String condition = flow.getConditionExpression() == null
                    ? ""
                    : flow.getConditionExpression().getTextContent();
            Matcher compared = COMPARED.matcher(condition);
            boolean any = false;
            while (compared.find()) {
                any = true;
                led.add(compared.group(2));
                if (!offered.isEmpty() && !offered.contains(compared.group(2))) {
                    faults.add(ModelRules.at(flow) + "上一步不提供这个决定 the step before doesn't offer the decision '"
                            + compared.group(2) + "', but: "
                            + String.join(", ", offered.stream().sorted().toList()));
                }
            }
            plain &= any && !OTHERWISE.matcher(condition).find();
        }
        if (plain && otherwise == null) {
            offered.stream()
                    .filter(decision -> !led.contains(decision))
                    .sorted()
                    .forEach(decision -> faults.add(
                            ModelRules.at(task) + "这个决定没有出路 no way leads on from the decision '" + decision + "'"));
        }
    }
}
