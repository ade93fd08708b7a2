package io.liudan.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A department whose system is a SOAP service: envelopes on a real wire. */
class SoapTest extends DepartmentTest {

    private static final String DEPARTMENT = "scjg";
    private static final String OPEN = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>";
    private static final String CLOSE = "</s:Body></s:Envelope>";

    private final List<String> delivered = new CopyOnWriteArrayList<>();
    private final List<String> confirmed = new CopyOnWriteArrayList<>();
    private volatile String answers = "";
    private volatile String says =
            "<DeliverResponse xmlns=\"urn:liudan:work-orders:1\"><receipt>S-1</receipt></DeliverResponse>";
    private volatile int status = 200;
    /** What stands before the envelope. */
    private volatile String prolog = "";

    private HttpServer server;

    @BeforeEach
    void aService() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/soap", exchange -> {
            try (exchange) {
                String envelope = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                String payload = "<ConfirmAnswersResponse xmlns=\"urn:liudan:work-orders:1\"/>";
                int code = 200;
                if (envelope.contains("FetchAnswers")) {
                    payload = "<FetchAnswersResponse xmlns=\"urn:liudan:work-orders:1\">" + answers
                            + "</FetchAnswersResponse>";
                } else if (envelope.contains("ConfirmAnswers")) {
                    confirmed.add(envelope);
                    answers = "";
                } else {
                    delivered.add(envelope);
                    payload = says;
                    code = status;
                }
                byte[] bytes = (prolog + OPEN + payload + CLOSE).getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "text/xml; charset=utf-8");
                exchange.sendResponseHeaders(code, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        server.start();
        String url = "http://localhost:" + server.getAddress().getPort() + "/soap";
        connect(
                DEPARTMENT,
                templated("soap", DEPARTMENT, "url", url, "retryCycle", "PT0.2S")
                        + templated("soap-inbound", DEPARTMENT, "url", url, "interval", "200"));
    }

    @AfterEach
    void closed() {
        server.stop(0);
    }

    @Test
    void an_order_is_delivered_and_its_answers_are_fetched_and_confirmed() {
        // What other tests left undelivered.
        int before = connector(DEPARTMENT).path("queue").asInt();
        String code = dispatchTo(DEPARTMENT);
        String order = code + "-1-" + DEPARTMENT;
        await("the envelope", () -> !delivered.isEmpty());
        assertThat(delivered.getFirst())
                .contains("Deliver", "urn:liudan:work-orders:1", order, "东门外三天没有清运", "work-order-change-");
        await("the receipt", () -> connector(DEPARTMENT).path("queue").asInt() == before);
        answers = "<answer><key>1-" + code + "</key><workOrder>" + order
                + "</workOrder><action>accept</action></answer><answer><key>2-" + code + "</key><workOrder>" + order
                + "</workOrder><action>finish</action><report>已查处 &amp; 整改</report><evidence>JVBERi0xLjQK\nJSVFT0YK</evidence></answer>";
        await("the end", () -> status(code).equals("HANDLED"));
        await("the confirmation", () -> confirmed.size() == 1);
        assertThat(confirmed.getFirst()).contains("1-" + code, "2-" + code);
        assertThat(api.get("agency-" + DEPARTMENT, "/integration/v1/work-orders/" + order)
                        .body()
                        .path("report")
                        .asText())
                .isEqualTo("已查处 & 整改");
    }

    @Test
    void a_client_fault_is_a_refusal_and_any_other_is_tried_again() {
        status = 500;
        says = "<s:Fault><faultcode>s:Client</faultcode><faultstring>no</faultstring></s:Fault>";
        String refused = dispatchTo(DEPARTMENT);
        await("the desk's task", () -> !api.task("dept-" + DEPARTMENT, refused, "undelivered")
                .isMissingNode());
        assertThat(delivered).hasSize(1);
        assertThat(api.complete(
                                "dept-" + DEPARTMENT,
                                api.task("dept-" + DEPARTMENT, refused, "undelivered")
                                        .path("id")
                                        .asText(),
                                Map.of("decision", "BY_HAND"))
                        .status())
                .isEqualTo(204);
        says = "<s:Fault><faultcode>s:Server</faultcode><faultstring>later</faultstring></s:Fault>";
        String failed = dispatchTo(DEPARTMENT);
        await("the dead letter", () -> api.get("admin", "/api/v1/dead-letters?connector=" + DEPARTMENT)
                .body()
                .path("items")
                .path(0)
                .path("requestCode")
                .asText()
                .equals(failed));
        assertThat(delivered).hasSize(3);
    }

    @Test
    void an_answer_that_wants_something_fetched_is_a_failure_and_nothing_is() throws IOException {
        List<String> fetched = new CopyOnWriteArrayList<>();
        HttpServer foreign = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        foreign.createContext("/", exchange -> {
            fetched.add(exchange.getRequestURI().toString());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        foreign.start();
        try {
            prolog = "<!DOCTYPE s [<!ENTITY x SYSTEM \"http://localhost:"
                    + foreign.getAddress().getPort() + "/entity\">]>";
            says = "<DeliverResponse xmlns=\"urn:liudan:work-orders:1\"><receipt>&x;</receipt></DeliverResponse>";
            String code = dispatchTo(DEPARTMENT);
            await("the dead letter", () -> api.get("admin", "/api/v1/dead-letters?connector=" + DEPARTMENT)
                    .body()
                    .path("items")
                    .path(0)
                    .path("requestCode")
                    .asText()
                    .equals(code));
            assertThat(fetched).isEmpty();
        } finally {
            foreign.stop(0);
        }
    }

    @Test
    void an_answer_that_is_no_xml_is_a_failure() {
        prolog = "\u0000\u0001<<<";
        String code = dispatchTo(DEPARTMENT);
        await("the dead letter", () -> api.get("admin", "/api/v1/dead-letters?connector=" + DEPARTMENT)
                .body()
                .path("items")
                .path(0)
                .path("requestCode")
                .asText()
                .equals(code));
    }

    @Test
    void an_answer_without_a_receipt_is_a_failure() {
        says = "<DeliverResponse xmlns=\"urn:liudan:work-orders:1\"/>";
        String code = dispatchTo(DEPARTMENT);
        await("the dead letter", () -> api.get("admin", "/api/v1/dead-letters?connector=" + DEPARTMENT)
                .body()
                .path("items")
                .path(0)
                .path("requestCode")
                .asText()
                .equals(code));
        assertThat(api.get("admin", "/api/v1/dead-letters?connector=" + DEPARTMENT)
                        .body()
                        .path("items")
                        .path(0)
                        .path("reason")
                        .asText())
                .contains("UnexpectedAnswer");
    }
}
