package io.liudan.integration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.camel.Body;
import org.apache.camel.component.cxf.common.CxfPayload;
import org.apache.camel.component.cxf.jaxws.CxfConfigurer;
import org.apache.camel.converter.jaxp.XmlConverter;
import org.apache.cxf.endpoint.Client;
import org.apache.cxf.endpoint.Server;
import org.apache.cxf.frontend.AbstractWSDLBasedEndpointFactory;
import org.apache.cxf.transport.http.HTTPConduit;
import org.apache.cxf.transports.http.configuration.HTTPClientPolicy;
import org.springframework.stereotype.Component;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/**
 * Messages as {@code work-orders.wsdl} has them, and how long their calls may take; in routes {@code bean:
 * soapMessages}.
 */
@Component
class SoapMessages implements CxfConfigurer {

    private static final String NAMESPACE = "urn:liudan:work-orders:1";
    private static final long CONNECT = 5_000;
    private static final long RECEIVE = 20_000;

    private final ObjectMapper json;
    private final ExchangeLimits limits;
    private final XmlConverter xml = new XmlConverter();

    SoapMessages(ObjectMapper json, ExchangeLimits limits) {
        this.json = json;
        this.limits = limits;
    }

    /** An operation's element with what a JSON object holds: a field is an element, a list as many of them. */
    public Document request(String operation, String fields)
            throws ParserConfigurationException, JsonProcessingException {
        Document document = factory().newDocumentBuilder().newDocument();
        Element element = document.createElementNS(NAMESPACE, operation);
        document.appendChild(element);
        fill(element, json.readTree(fields));
        return document;
    }

    private static void fill(Element parent, JsonNode object) {
        object.properties().forEach(field -> {
            if (field.getValue().isArray()) {
                field.getValue().forEach(item -> append(parent, field.getKey(), item));
            } else {
                append(parent, field.getKey(), field.getValue());
            }
        });
    }

    private static void append(Element parent, String name, JsonNode value) {
        Element element = parent.getOwnerDocument().createElementNS(NAMESPACE, name);
        parent.appendChild(element);
        if (value.isObject()) {
            fill(element, value);
        } else {
            element.setTextContent(withoutControls(value.asText()));
        }
    }

    /** XML 1.0 has no place for them. */
    private static String withoutControls(String text) {
        return text.replaceAll("[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\uFFFE\\uFFFF]", "");
    }

    /** What the department's system calls the order. */
    public String receipt(@Body CxfPayload<?> answer) throws Exception {
        List<Element> receipts = children(element(answer), "receipt");
        if (receipts.size() != 1 || receipts.getFirst().getTextContent().isBlank()) {
            throw new UnexpectedAnswer(UnexpectedAnswer.NO_RECEIPT, null);
        }
        return receipts.getFirst().getTextContent().strip();
    }

    public List<AnswerRows.Answer> answers(@Body CxfPayload<?> response) throws Exception {
        List<AnswerRows.Answer> answers = new ArrayList<>();
        for (Element answer : children(element(response), "answer")) {
            Map<String, Object> fields = new LinkedHashMap<>();
            List<Map<String, String>> evidence = new ArrayList<>();
            for (Element field : children(answer, null)) {
                if (field.getLocalName().equals("evidence")) {
                    evidence.add(Map.of("content", field.getTextContent().replaceAll("\\s", "")));
                } else {
                    fields.put(field.getLocalName(), field.getTextContent());
                }
            }
            if (!evidence.isEmpty()) {
                fields.put("evidence", evidence);
            }
            Object key = fields.remove("key");
            answers.add(new AnswerRows.Answer(key == null ? null : key.toString(), json.writeValueAsString(fields)));
        }
        return answers;
    }

    public Document confirmation(List<AnswerRows.Answer> answers)
            throws ParserConfigurationException, JsonProcessingException {
        return request(
                "ConfirmAnswers",
                json.writeValueAsString(Map.of(
                        "key",
                        answers.stream()
                                .map(AnswerRows.Answer::key)
                                .filter(java.util.Objects::nonNull)
                                .toList())));
    }

    private Element element(CxfPayload<?> payload) throws Exception {
        if (payload.getBodySources().isEmpty()) {
            throw new UnexpectedAnswer(UnexpectedAnswer.EMPTY, null);
        }
        // Read by a parser that fetches nothing from elsewhere, whatever the answer asks for.
        String text = xml.toString(payload.getBodySources().getFirst(), null);
        return factory()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(text)))
                .getDocumentElement();
    }

    /** @param name {@code null} for any */
    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && (name == null || name.equals(element.getLocalName()))) {
                found.add(element);
            }
        }
        return found;
    }

    private static DocumentBuilderFactory factory() throws ParserConfigurationException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory;
    }

    @Override
    public void configureClient(Client client) {
        HTTPClientPolicy policy = new HTTPClientPolicy();
        policy.setConnectionTimeout(CONNECT);
        policy.setReceiveTimeout(RECEIVE);
        policy.setAllowChunking(false);
        ((HTTPConduit) client.getConduit()).setClient(policy);
        client.getOutInterceptors().add(new SoapLimits.Begin(limits, Duration.ofMillis(RECEIVE)));
        client.getInInterceptors().add(new SoapLimits.Answer());
        client.getInFaultInterceptors().add(new SoapLimits.Answer());
    }

    @Override
    public void configure(AbstractWSDLBasedEndpointFactory endpoint) {
        // Over CXF's newer conduit, which writes from another thread, some requests were seen to arrive without their
        // body.
        endpoint.getBus().setProperty("force.urlconnection.http.conduit", true);
    }

    @Override
    public void configureServer(Server server) {
        // the hub calls, it isn't called
    }
}
