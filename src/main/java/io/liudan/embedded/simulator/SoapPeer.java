package io.liudan.embedded.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** A SOAP service at {@code /<code>/soap}, written by hand from the WSDL as a department's supplier might. */
class SoapPeer extends Peer {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAMESPACE = "urn:liudan:work-orders:1";
    private static final int SLOW_SECONDS = 30;

    private final HttpServer server;
    private final Map<String, JsonNode> answers = new LinkedHashMap<>();

    SoapPeer(String code, String name, Received received, HttpServer server) {
        super(code, name, "SOAP", received);
        this.server = server;
    }

    @Override
    Set<Faults> possible() {
        return EnumSet.allOf(Faults.class);
    }

    @Override
    void start() {
        server.createContext("/" + code() + "/soap", this::handle);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Element operation = operation(exchange.getRequestBody().readAllBytes());
            switch (fault()) {
                case NONE -> send(exchange, 200, answer(operation));
                case SLOW -> {
                    TimeUnit.SECONDS.sleep(SLOW_SECONDS);
                    send(exchange, 200, answer(operation));
                }
                case ERROR -> send(exchange, 500, fault("Server"));
                case REFUSE -> send(exchange, 500, fault("Client"));
                case GARBAGE -> send(exchange, 200, "<<<");
                case WRONG ->
                    send(
                            exchange,
                            200,
                            body("<" + operation.getLocalName() + "Response xmlns=\"" + NAMESPACE + "\"/>"));
                case DOWN -> {}
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            send(exchange, 500, fault("Client"));
        }
    }

    private static Element operation(byte[] envelope) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        Element root = factory.newDocumentBuilder()
                .parse(new ByteArrayInputStream(envelope))
                .getDocumentElement();
        return (Element) root.getElementsByTagNameNS(NAMESPACE, "*").item(0);
    }

    private String answer(Element operation) throws IOException {
        return switch (operation.getLocalName()) {
            case "Deliver" ->
                body("<DeliverResponse xmlns=\"" + NAMESPACE + "\"><receipt>"
                        + received().take(text(operation, "id"), message(operation)) + "</receipt></DeliverResponse>");
            case "FetchAnswers" -> body(waiting());
            default -> {
                confirm(operation);
                yield body("<ConfirmAnswersResponse xmlns=\"" + NAMESPACE + "\"/>");
            }
        };
    }

    private static JsonNode message(Element deliver) {
        ObjectNode message =
                JSON.createObjectNode().put("id", text(deliver, "id")).put("kind", text(deliver, "kind"));
        message.putObject("workOrder")
                .put("code", text(deliver, "code"))
                .put("requestCode", text(deliver, "requestCode"))
                .put("title", text(deliver, "title"))
                .put("description", text(deliver, "description"));
        return message;
    }

    private static String text(Element parent, String name) {
        Node node = parent.getElementsByTagNameNS(NAMESPACE, name).item(0);
        return node == null ? null : node.getTextContent();
    }

    private synchronized String waiting() {
        StringBuilder xml = new StringBuilder("<FetchAnswersResponse xmlns=\"" + NAMESPACE + "\">");
        answers.forEach((key, answer) -> {
            xml.append("<answer><key>").append(key).append("</key>");
            for (String field :
                    new String[] {"workOrder", "action", "reason", "text", "days", "report", "explanation", "plan"}) {
                if (answer.has(field)) {
                    xml.append('<')
                            .append(field)
                            .append('>')
                            .append(escaped(answer.path(field).asText()))
                            .append("</")
                            .append(field)
                            .append('>');
                }
            }
            answer.path("evidence").forEach(file -> xml.append("<evidence>")
                    .append(file.path("content").asText())
                    .append("</evidence>"));
            xml.append("</answer>");
        });
        return xml.append("</FetchAnswersResponse>").toString();
    }

    private synchronized void confirm(Element operation) {
        for (int i = 0; i < operation.getElementsByTagNameNS(NAMESPACE, "key").getLength(); i++) {
            answers.remove(
                    operation.getElementsByTagNameNS(NAMESPACE, "key").item(i).getTextContent());
        }
    }

    @Override
    synchronized String answer(String key, JsonNode answer) {
        answers.put(key, answer);
        return "等待平台来取";
    }

    private static String body(String payload) {
        return "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>" + payload
                + "</soap:Body></soap:Envelope>";
    }

    private static String fault(String code) {
        return body("<soap:Fault><faultcode>soap:" + code + "</faultcode><faultstring>" + code
                + "</faultstring></soap:Fault>");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/xml; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
