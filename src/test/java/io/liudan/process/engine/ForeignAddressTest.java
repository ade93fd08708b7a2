package io.liudan.process.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.liudan.Api;
import io.liudan.Api.Answer;
import io.liudan.HubTest;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever address somebody gives, wherever: nothing of the hub goes there. */
class ForeignAddressTest extends HubTest {

    private static final String BPMN = """
            <?xml version="1.0" encoding="UTF-8"?>
            {prolog}<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t" {schema}>
              {import}<process id="probe" isExecutable="true" camunda:historyTimeToLive="P1D"><startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="look"/>
              <userTask id="look" name="看一看" camunda:candidateGroups="${desks.supervision()}"><documentation>{words}</documentation></userTask></process></definitions>""";
    private static final String DMN = """
            <?xml version="1.0" encoding="UTF-8"?>
            {prolog}<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:camunda="http://camunda.org/schema/1.0/dmn" id="d" name="d" namespace="t">
              <decision id="probe-table" name="表{words}" camunda:historyTimeToLive="P1D"><decisionTable id="t"><output id="o" name="o" typeRef="string"/><rule id="r"><outputEntry id="e"><text>"x"</text></outputEntry></rule></decisionTable></decision></definitions>""";

    private final Api api = new Api(hub(), realm());
    private final List<String> called = new CopyOnWriteArrayList<>();
    private HttpServer foreign;
    private String address;

    @BeforeEach
    void somewhereElse() throws Exception {
        foreign = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
        foreign.createContext("/", exchange -> {
            called.add(exchange.getRequestURI().toString());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        foreign.start();
        address = "http://localhost:" + foreign.getAddress().getPort() + "/";
    }

    @AfterEach
    void gone() {
        foreign.stop(0);
    }

    /** @param put what stands where, {@code {prolog}} for example; nothing stands elsewhere */
    private Answer deploy(String file, String model, String... put) {
        String made = model;
        for (int i = 0; i < put.length; i += 2) {
            made = made.replace("{" + put[i] + "}", put[i + 1]);
        }
        made = made.replaceAll("\\{(prolog|schema|import|words)}", "");
        String body =
                "--b\r\nContent-Disposition: form-data; name=\"deployment-name\"\r\n\r\nprobe\r\n--b\r\nContent-Disposition: form-data; name=\"m\"; filename=\""
                        + file + "\"\r\nContent-Type: text/xml\r\n\r\n" + made + "\r\n--b--\r\n";
        Answer answer = api.send(
                "designer",
                "POST",
                "/engine-rest/deployment/create",
                BodyPublishers.ofString(body),
                Map.of("Content-Type", "multipart/form-data; boundary=b"));
        if (answer.status() == 200) {
            api.send(
                    "designer",
                    "DELETE",
                    "/engine-rest/deployment/" + answer.body().path("id").asText() + "?cascade=true",
                    BodyPublishers.noBody(),
                    Map.of());
        }
        return answer;
    }

    @Test
    void the_probe_itself_is_a_good_model_and_a_good_table() {
        assertThat(deploy("probe.bpmn", BPMN).status()).isEqualTo(200);
        assertThat(deploy("probe.dmn", DMN).status()).isEqualTo(200);
    }

    @Test
    void a_designers_model_fetches_nothing() {
        for (Map.Entry<String, String> model :
                Map.of("probe.bpmn", BPMN, "probe.dmn", DMN).entrySet()) {
            deploy(
                    model.getKey(),
                    model.getValue(),
                    "prolog",
                    "<!DOCTYPE definitions [<!ENTITY x SYSTEM \"" + address + "entity\">]>",
                    "words",
                    "&x;");
            deploy(
                    model.getKey(),
                    model.getValue(),
                    "prolog",
                    "<!DOCTYPE definitions SYSTEM \"" + address + "subset.dtd\">");
            deploy(
                    model.getKey(),
                    model.getValue(),
                    "prolog",
                    "<!DOCTYPE definitions [<!ENTITY % x SYSTEM \"" + address + "parameter\"> %x;]>");
        }
        deploy(
                "probe.bpmn",
                BPMN,
                "schema",
                "xsi:schemaLocation=\"http://www.omg.org/spec/BPMN/20100524/MODEL " + address + "schema.xsd\"");
        deploy(
                "probe.bpmn",
                BPMN,
                "import",
                "<import importType=\"http://www.w3.org/2001/XMLSchema\" location=\"" + address
                        + "import.xsd\" namespace=\"n\"/>");
        deploy(
                "probe.bpmn",
                BPMN,
                "import",
                "<import importType=\"http://schemas.xmlsoap.org/wsdl/\" location=\"" + address
                        + "import.wsdl\" namespace=\"n\"/>");
        assertThat(called).isEmpty();
    }

    @Test
    void a_designers_model_reads_no_file_of_the_machine() {
        Answer answer = deploy(
                "probe.bpmn",
                BPMN,
                "prolog",
                "<!DOCTYPE definitions [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>",
                "words",
                "&x;");
        assertThat(answer.status()).as("a model with a document type is none").isEqualTo(422);
    }

    @Test
    void a_model_that_would_grow_without_end_is_refused() {
        StringBuilder laughs = new StringBuilder("<!DOCTYPE definitions [<!ENTITY a0 \"ha\">");
        for (int i = 1; i < 12; i++) {
            laughs.append("<!ENTITY a")
                    .append(i)
                    .append(" \"")
                    .append(("&a" + (i - 1) + ";").repeat(10))
                    .append("\">");
        }
        assertThat(deploy("probe.bpmn", BPMN, "prolog", laughs + "]>", "words", "&a11;")
                        .status())
                .isEqualTo(422);
    }

    @Test
    void an_address_among_a_residents_words_is_words() {
        Map<String, Object> submission = Map.of(
                "category",
                "sanitation",
                "title",
                address + "title",
                "description",
                "<img src=\"" + address + "picture\"> 请看 " + address,
                "gridCode",
                "622901001001-01",
                "location",
                Map.of("lat", 35.601, "lon", 103.21, "address", address + "place"));
        assertThat(api.submit("resident1", submission).status()).isIn(201, 422);
        byte[] drawing =
                ("<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:x=\"http://www.w3.org/1999/xlink\"><image x:href=\""
                                + address + "drawing\"/></svg>")
                        .getBytes(StandardCharsets.UTF_8);
        assertThat(api.upload("resident1", "p.svg", drawing).status()).isEqualTo(415);
        assertThat(called).isEmpty();
    }

    @Test
    void nobody_is_led_elsewhere_by_a_header_or_a_parameter() throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        for (String path : List.of(
                "/camunda/app/tasklist/",
                "/oauth2/authorization/keycloak",
                "/camunda/app/tasklist/?redirect_uri=" + address,
                "/logout")) {
            HttpResponse<Void> answer = http.send(
                    HttpRequest.newBuilder(URI.create(hub() + path))
                            .header("Accept", "text/html")
                            .header(
                                    "X-Forwarded-Host",
                                    "localhost:" + foreign.getAddress().getPort())
                            .header("X-Forwarded-Proto", "http")
                            .header(
                                    "Forwarded",
                                    "host=localhost:" + foreign.getAddress().getPort())
                            .build(),
                    BodyHandlers.discarding());
            assertThat(answer.headers().firstValue("Location").orElse(""))
                    .as(path)
                    .doesNotContain(Integer.toString(foreign.getAddress().getPort()));
        }
        String elsewhere = URLEncoder.encode(address, StandardCharsets.UTF_8);
        HttpResponse<String> refused = http.send(
                HttpRequest.newBuilder(URI.create(realm()
                                + "/protocol/openid-connect/auth?client_id=liudan-web&response_type=code&scope=openid&redirect_uri="
                                + elsewhere))
                        .build(),
                BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(400);
        http.send(
                HttpRequest.newBuilder(URI.create(realm()
                                + "/protocol/openid-connect/auth?client_id=liudan-web&response_type=code&scope=openid&request_uri="
                                + elsewhere))
                        .build(),
                BodyHandlers.ofString());
        assertThat(called)
                .as("Keycloak fetches no request object from where its caller says")
                .isEmpty();
    }
}
