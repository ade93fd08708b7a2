package io.liudan.process.rules;

import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Every attribute and every text of a deployed XML file, whatever the engine's model API knows of it, each with the
 * element that a designer sees it at; and the keys that the file defines.
 */
public final class DeployedTexts {

    /** Elements whose id is a key of the engine. */
    private static final Set<String> DEFINITIONS = Set.of("process", "decision");

    /** Reads no document type and nothing outside of the file. */
    public static final XMLInputFactory READER = XMLInputFactory.newFactory();

    static {
        READER.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        READER.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        READER.setProperty(XMLInputFactory.IS_COALESCING, true);
    }

    private final List<Text> texts = new ArrayList<>();
    private final Set<String> keys = new TreeSet<>();

    /**
     * @param at the nearest element that has an id, as {@code 名称 (id): }
     * @param words what stands there
     * @param evaluated whether the engine may take it for an expression: not what is written for readers alone
     */
    record Text(String at, String words, boolean evaluated) {}

    /** @param id {@code null} where the element has none */
    private record Element(String id, String name) {

        String at() {
            return id == null ? "" : (name == null ? id : name.replaceAll("\\s+", "") + " (" + id + ")") + ": ";
        }
    }

    /** @return empty when the file is no XML, or has a document type */
    public static Optional<DeployedTexts> read(byte[] file) {
        DeployedTexts found = new DeployedTexts();
        try {
            found.collect(READER.createXMLStreamReader(new ByteArrayInputStream(file)));
            return Optional.of(found);
        } catch (XMLStreamException e) {
            return Optional.empty();
        }
    }

    List<Text> texts() {
        return texts;
    }

    public Set<String> keys() {
        return keys;
    }

    /** A task's documentation becomes its description, which the engine evaluates. */
    private static boolean forReaders(Deque<String> kinds) {
        if (kinds.contains("textAnnotation")) {
            return true;
        }
        Iterator<String> outwards = kinds.iterator();
        return "documentation".equals(outwards.next()) && outwards.hasNext() && !"userTask".equals(outwards.next());
    }

    private void collect(XMLStreamReader xml) throws XMLStreamException {
        Deque<Element> open = new ArrayDeque<>();
        Deque<String> kinds = new ArrayDeque<>();
        open.push(new Element(null, null));
        while (xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    String id = xml.getAttributeValue(null, "id");
                    Element element = id == null ? open.peek() : new Element(id, xml.getAttributeValue(null, "name"));
                    open.push(element);
                    kinds.push(xml.getLocalName());
                    if (id != null && DEFINITIONS.contains(xml.getLocalName())) {
                        keys.add(id);
                    }
                    for (int i = 0; i < xml.getAttributeCount(); i++) {
                        texts.add(new Text(element.at(), xml.getAttributeValue(i), true));
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    open.pop();
                    kinds.pop();
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                    if (!xml.isWhiteSpace()) {
                        texts.add(new Text(open.peek().at(), xml.getText(), !forReaders(kinds)));
                    }
                }
                default -> {
                    // comments and instructions are read by nobody
                }
            }
        }
    }
}
