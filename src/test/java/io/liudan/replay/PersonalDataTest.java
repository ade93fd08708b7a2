package io.liudan.replay;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import io.liudan.Api;
import io.liudan.HubTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Whoever gets hold of the database or of a log learns nobody's name, number or address from it. */
class PersonalDataTest extends HubTest {

    private static final List<String> PEOPLE = List.of("马占海", "祁玉香", "欧阳建国", "哈三古", "妥燕");
    private static final int REQUESTS = 40;

    private final Api api = new Api(hub(), realm());
    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final List<String> identifiers = new ArrayList<>(PEOPLE);
    private final AppenderBase<ILoggingEvent> listener = new AppenderBase<>() {

        @Override
        protected void append(ILoggingEvent event) {
            log.add(event.getFormattedMessage()
                    + (event.getThrowableProxy() == null
                            ? ""
                            : ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
    };

    @Autowired
    private JdbcClient jdbc;

    @BeforeEach
    void listen() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        listener.setContext(context);
        listener.start();
        context.getLogger("ROOT").addAppender(listener);
    }

    @AfterEach
    void listenNoMore() {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger("ROOT").detachAppender(listener);
        listener.stop();
    }

    private String known(String identifier) {
        identifiers.add(identifier);
        return identifier;
    }

    @Test
    void after_a_replay_no_table_and_no_log_shows_an_identifier_in_clear() throws IOException {
        CityAtWork city = new CityAtWork(api, new Tally(), Map.of());
        List<String> codes = new ArrayList<>();
        for (int n = 0; n < REQUESTS; n++) {
            String name = PEOPLE.get(n % PEOPLE.size());
            String phone = known("139%08d".formatted(31_415_926 + n));
            String second = known("138%08d".formatted(27_182_818 + n));
            String identity = known("62290119800101%04d".formatted(1000 + n));
            String house = known((n + 11) + "号楼3单元" + (500 + n) + "室");
            CityAtWork.Case request = city.submit(
                    "resident" + (1 + n % 3),
                    Map.of(
                            "category",
                            "sanitation",
                            "title",
                            "联系人" + name + "，垃圾没有清运" + second,
                            "description",
                            "我叫" + name + "，身份证" + identity + "，住在青年社区" + house + "，电话" + second + "，垃圾三天没有清运",
                            "gridCode",
                            "622901001001-01",
                            "location",
                            Map.of("lat", 35.6012, "lon", 103.2106, "address", "青年路" + house),
                            "contact",
                            Map.of("name", name, "phone", phone)),
                    new Random(n));
            codes.add(request.code());
            if (n % 4 == 0) {
                everybodyWrites(request.code(), "resident" + (1 + n % 3), "请联系" + name + "，电话" + second + "，" + house);
            }
            city.work(request);
        }
        assertThat(identifiers).hasSize(PEOPLE.size() + 4 * REQUESTS);
        assertThat(inClear()).as("where identifiers are found").isEmpty();
        assertThat(api.get("resident1", "/api/v1/requests/" + codes.getFirst())
                        .body()
                        .path("contact")
                        .path("phone")
                        .asText())
                .as("and its resident reads it as it was")
                .startsWith("139314");
    }

    /** A note, a supplement, a supervision and its answer. */
    private void everybodyWrites(String code, String resident, String words) {
        String grid = api.get(resident, "/api/v1/requests/" + code)
                .body()
                .path("desk")
                .path("code")
                .asText();
        assertThat(api.post(resident, "/api/v1/requests/" + code + "/supplement", Map.of("text", words))
                        .status())
                .isEqualTo(200);
        assertThat(api.post(grid, "/api/v1/requests/" + code + "/comments", Map.of("text", words))
                        .status())
                .isEqualTo(201);
        assertThat(api.post(
                                "supervisor",
                                "/api/v1/requests/" + code + "/supervision",
                                Map.of("demand", words, "until", "2036-01-01T00:00:00Z"))
                        .status())
                .isEqualTo(201);
        String supervision = api.get("supervisor", "/api/v1/supervisions?requestCode=" + code)
                .body()
                .path("items")
                .path(0)
                .path("id")
                .asText();
        assertThat(api.post(grid, "/api/v1/supervisions/" + supervision + "/answer", Map.of("answer", words))
                        .status())
                .isLessThan(300);
        assertThat(api.post("supervisor", "/api/v1/supervisions/" + supervision + "/release", Map.of("note", words))
                        .status())
                .isLessThan(300);
        JsonNode task = api.task(grid, code, "verify");
        assertThat(api.complete(grid, task.path("id").asText(), Map.of("decision", "ASK_RESIDENT", "question", words))
                        .status())
                .isEqualTo(204);
        assertThat(api.post(resident, "/api/v1/requests/" + code + "/supplement", Map.of("text", words))
                        .status())
                .isEqualTo(200);
    }

    private List<String> inClear() throws IOException {
        List<String> found = new ArrayList<>();
        for (String table : jdbc.sql(
                        "select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema') order by 1")
                .query(String.class)
                .list()) {
            List<String> rows = jdbc.sql("select t::text from " + table + " t")
                    .query(String.class)
                    .list();
            identifiers.stream()
                    .filter(identifier ->
                            rows.stream().anyMatch(row -> row.contains(identifier) || row.contains(hex(identifier))))
                    .forEach(identifier -> found.add(table + " has " + identifier));
        }
        identifiers.stream()
                .filter(identifier -> log.stream().anyMatch(line -> line.contains(identifier)))
                .forEach(identifier -> found.add("the log has " + identifier));
        try (Stream<Path> logs =
                Files.walk(Path.of("target/embedded/" + ProcessHandle.current().pid()))) {
            for (Path file :
                    logs.filter(path -> path.toString().endsWith(".log")).toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                identifiers.stream()
                        .filter(identifier -> text.contains(
                                new String(identifier.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)))
                        .forEach(identifier -> found.add(file.getFileName() + " has " + identifier));
            }
        }
        return found;
    }

    /** As bytes show in a dump. */
    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }
}
