package io.liudan.process.packages;

import io.liudan.process.rules.DeployedTexts;
import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * What a BPMN file says of each of its elements, apart from how it is drawn: by the element's id, and in it by what is
 * said ({@code name}, {@code camunda:candidateGroups}, {@code property decision.RETURN}, {@code conditionExpression}).
 */
final class ModelFacets {

    /** Where arrows end is said by the arrows, and where lanes and pictures lie says nothing. */
    private static final Set<String> DRAWN = Set.of("incoming", "outgoing", "BPMNDiagram", "flowNodeRef");

    /** Of a gateway: its ways out, in their order. */
    static final String WAYS = "ways";

    /** Wrappers that say nothing themselves. */
    private static final Set<String> WRAPPERS = Set.of("extensionElements", "properties", "inputOutput");

    private static final Set<String> NAMED = Set.of("property", "inputParameter", "outputParameter");

    /** Parts that people know as elements; what lies in them and isn't one belongs to them. */
    private static final Set<String> KNOWN = Set.of(
            "process",
            "participant",
            "lane",
            "subProcess",
            "transaction",
            "adHocSubProcess",
            "startEvent",
            "endEvent",
            "intermediateCatchEvent",
            "intermediateThrowEvent",
            "boundaryEvent",
            "task",
            "userTask",
            "serviceTask",
            "sendTask",
            "receiveTask",
            "manualTask",
            "scriptTask",
            "businessRuleTask",
            "callActivity",
            "exclusiveGateway",
            "parallelGateway",
            "inclusiveGateway",
            "eventBasedGateway",
            "complexGateway",
            "sequenceFlow",
            "message",
            "signal",
            "error",
            "escalation");

    private static final Set<String> SCOPES = Set.of("subProcess", "transaction", "adHocSubProcess");

    private final Map<String, Element> found = new TreeMap<>();
    private final List<Element> flows = new ArrayList<>();
    private final Deque<Part> open = new ArrayDeque<>();

    private ModelFacets() {}

    /**
     * One element.
     *
     * @param type local name in BPMN, for example {@code userTask}
     * @param name as the model calls it, empty where it doesn't
     * @param says all that is said of it
     */
    record Element(String id, String type, String name, Map<String, String> says) {}

    /** @param path where it stands within its element, empty for the element itself */
    private record Part(Element owner, String path, StringBuilder text) {}

    /**
     * By the elements' ids.
     *
     * @throws IllegalArgumentException when the file can't be read
     */
    static Map<String, Element> of(byte[] bpmn) {
        ModelFacets facets = new ModelFacets();
        try {
            facets.read(DeployedTexts.READER.createXMLStreamReader(new ByteArrayInputStream(bpmn)));
        } catch (XMLStreamException e) {
            throw new IllegalArgumentException("The model is no XML", e);
        }
        facets.orderWays();
        return facets.found;
    }

    /** The first way whose condition holds is taken, in the order of the file. */
    private void orderWays() {
        flows.forEach(flow -> {
            Element from = found.get(flow.says().getOrDefault("sourceRef", ""));
            if (from != null && from.type().equals("exclusiveGateway")) {
                from.says().merge(WAYS, flow.id(), (one, other) -> one + ", " + other);
            }
        });
    }

    private void read(XMLStreamReader xml) throws XMLStreamException {
        int drawn = 0;
        while (xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    if (drawn > 0 || DRAWN.contains(xml.getLocalName())) {
                        drawn++;
                    } else {
                        begin(xml);
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    if (drawn > 0) {
                        drawn--;
                    } else {
                        Part part = open.pop();
                        say(part, part.path(), part.text().toString());
                    }
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                    if (drawn == 0) {
                        open.peek().text().append(xml.getText());
                    }
                }
                default -> {
                    // comments and instructions say nothing
                }
            }
        }
    }

    private void begin(XMLStreamReader xml) {
        String type = xml.getLocalName();
        String id = xml.getAttributeValue(null, "id");
        String name = xml.getAttributeValue(null, "name");
        Part part;
        if (id != null && KNOWN.contains(type)) {
            Element element = new Element(id, type, name == null ? "" : name.replaceAll("\\s+", ""), new TreeMap<>());
            found.put(id, element);
            if (type.equals("sequenceFlow")) {
                flows.add(element);
            }
            Element around = open.isEmpty() ? null : open.peek().owner();
            if (around != null && SCOPES.contains(around.type())) {
                element.says().put("scopeRef", around.id());
            }
            part = new Part(element, "", new StringBuilder());
        } else {
            part = new Part(open.isEmpty() ? null : open.peek().owner(), path(type, name), new StringBuilder());
            if (type.endsWith("Definition") || type.endsWith("Characteristics")) {
                say(part, "kind", type);
            }
        }
        open.push(part);
        for (int n = 0; n < xml.getAttributeCount(); n++) {
            String attribute = xml.getAttributeLocalName(n);
            boolean names = attribute.equals("id")
                    || attribute.equals("type")
                    || attribute.equals("name") && NAMED.contains(type);
            if (!names) {
                say(
                        part,
                        NAMED.contains(type) ? part.path() : (part.path() + " " + attribute).strip(),
                        xml.getAttributeValue(n));
            }
        }
    }

    private String path(String type, String name) {
        if (WRAPPERS.contains(type)) {
            return open.peek().path();
        }
        return NAMED.contains(type) ? type + " " + name : type;
    }

    private static void say(Part part, String what, String value) {
        if (part.owner() != null && !what.isEmpty() && !value.isBlank()) {
            part.owner().says().merge(what, value.strip(), (one, other) -> one + "; " + other);
        }
    }
}
