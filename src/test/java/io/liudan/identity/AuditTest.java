package io.liudan.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.zaxxer.hikari.HikariDataSource;
import io.liudan.Api;
import io.liudan.HubTest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Who saw or did what can be read afterwards, and nobody can change it without its showing. */
class AuditTest extends HubTest {

    private final Api api = new Api(hub(), realm());

    @Autowired
    private AuditChain chain;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private HikariDataSource database;

    private JdbcClient administrator;
    private String code;

    @BeforeEach
    void aRequestThatWasRead() {
        administrator = JdbcClient.create(new DriverManagerDataSource(database.getJdbcUrl(), "postgres", "postgres"));
        code = api.submit(
                        "resident1",
                        Map.of(
                                "category",
                                "sanitation",
                                "title",
                                "垃圾没有清运",
                                "description",
                                "我叫马占海，电话13900001111",
                                "gridCode",
                                "622901001001-01",
                                "contact",
                                Map.of("name", "马占海", "phone", "13900001111")))
                .body()
                .path("code")
                .asText();
        api.get("grid1", "/api/v1/requests/" + code);
        api.get("dept-hbj", "/api/v1/requests/" + code);
        api.get("supervisor", "/api/v1/requests/" + code);
        chain.chain();
    }

    private List<String> told(String question) {
        return api.get("auditor", "/api/v1/audit?" + question)
                .body()
                .path("items")
                .findValuesAsText("action");
    }

    private JsonNode last(String action) {
        return api.get("auditor", "/api/v1/audit?subject=" + code + "&action=" + action)
                .body()
                .path("items")
                .path(0);
    }

    @Test
    void who_read_or_moved_a_request_is_told_with_policy_and_address() {
        assertThat(api.complete(
                                "grid1",
                                api.task("grid1", code, "verify").path("id").asText(),
                                Map.of("decision", "CONFIRM"))
                        .status())
                .isEqualTo(204);
        assertThat(told("subject=" + code)).contains("request.submitted", "request.read", "request.decided");
        JsonNode supervised = last("request.read");
        assertThat(supervised.path("actor").asText()).isEqualTo("supervisor");
        assertThat(supervised.path("policy").asText()).isEqualTo("supervision");
        assertThat(supervised.path("address").asText()).isIn("127.0.0.1", "0:0:0:0:0:0:0:1");
        assertThat(supervised.path("roles")).extracting(JsonNode::asText).contains("SUPERVISOR");
        assertThat(told("subject=" + code + "&actor=dept-hbj"))
                .as("who was told that there is none")
                .isEmpty();
        assertThat(last("request.decided").path("policy").asText()).isEqualTo("grid-622901001001-01");
        assertThat(told("actor=auditor")).as("the auditor's own reading").contains("audit.read");
    }

    @Test
    void what_is_moved_through_the_engines_own_door_is_told_and_its_questions_are_not() {
        String task = api.task("grid1", code, "verify").path("id").asText();
        assertThat(api.post("grid1", "/engine-rest/task/count", Map.of("processInstanceBusinessKey", code))
                        .status())
                .isEqualTo(200);
        assertThat(api.post("grid1", "/engine-rest/task/" + task + "/claim", Map.of("userId", "grid1"))
                        .status())
                .isEqualTo(204);
        assertThat(api.post("dept-hbj", "/engine-rest/task/" + task + "/claim", Map.of("userId", "dept-hbj"))
                        .status())
                .isGreaterThanOrEqualTo(400);
        assertThat(told("action=engine.call&subject=POST%20/engine-rest/task/" + task + "/claim"))
                .as("of the two who tried, the one who did")
                .containsExactly("engine.call");
        assertThat(told("action=engine.call&subject=POST%20/engine-rest/task/count"))
                .isEmpty();
    }

    @Test
    void who_wants_to_read_the_original_says_what_for() {
        assertThat(api.get("supervisor", "/api/v1/requests/" + code)
                        .body()
                        .path("contact")
                        .path("phone")
                        .asText())
                .isEqualTo("139******11");
        assertThat(api.get("supervisor", "/api/v1/requests/" + code)
                        .body()
                        .path("contact")
                        .path("name")
                        .asText())
                .isEqualTo("马**");
        assertThat(api.get("supervisor", "/api/v1/requests/" + code)
                        .body()
                        .path("description")
                        .asText())
                .isEqualTo("我叫‹姓名›，电话‹电话›");
        assertThat(api.post("supervisor", "/api/v1/requests/" + code + "/unmask", Map.of("reason", " "))
                        .status())
                .isEqualTo(422);
        assertThat(api.post("dept-hbj", "/api/v1/requests/" + code + "/unmask", Map.of("reason", "想看"))
                        .status())
                .isEqualTo(404);
        assertThat(api.post("resident1", "/api/v1/requests/" + code + "/unmask", Map.of("reason", "想看"))
                        .status())
                .isEqualTo(403);
        assertThat(told("subject=" + code + "&action=request.unmask")).isEmpty();
        JsonNode original = api.post("supervisor", "/api/v1/requests/" + code + "/unmask", Map.of("reason", "回访核实 马占海"))
                .body();
        assertThat(original.path("contact").path("phone").asText()).isEqualTo("13900001111");
        assertThat(original.path("description").asText()).isEqualTo("我叫马占海，电话13900001111");
        assertThat(last("request.unmask").path("reason").asText()).isEqualTo("回访核实 马占海");
        assertThat(jdbc.sql("select reason from audit.entry where subject = ? and reason is not null")
                        .param(code)
                        .query(String.class)
                        .list())
                .hasSize(1)
                .noneMatch(kept -> kept.contains("马占海"));
    }

    @Test
    void a_door_that_stayed_shut_is_remembered_and_the_log_is_the_auditors_alone() {
        for (String user : List.of("admin", "supervisor", "security", "resident1", "designer")) {
            assertThat(api.get(user, "/api/v1/audit").status()).as(user).isEqualTo(403);
        }
        assertThat(told("actor=security&action=door.refused")).isNotEmpty();
        assertThat(api.get("auditor", "/api/v1/requests/" + code).status()).isEqualTo(403);
        assertThat(api.get("auditor", "/api/v1/data-keys").status()).isEqualTo(403);
        assertThat(api.get("security", "/api/v1/data-keys")
                        .body()
                        .path(0)
                        .path("cipher")
                        .asText())
                .isEqualTo("AES256_GCM");
    }

    @Test
    void the_hub_itself_can_neither_change_nor_remove_an_entry() {
        for (String sql : List.of(
                "update audit.entry set actor = 'x'",
                "delete from audit.entry",
                "truncate audit.entry",
                "update audit.seal set hash = ''",
                "delete from audit.seal",
                "drop table audit.entry",
                "insert into audit.cut (number, hash) values (1, '')",
                "select audit.forget(now())",
                "alter table audit.entry disable trigger all")) {
            assertThatThrownBy(() -> jdbc.sql(sql).query().listOfRows()).as(sql).hasStackTraceContaining("ERROR");
        }
        assertThat(chain.verify().whole()).isTrue();
    }

    @Test
    void a_changed_a_missing_and_a_moved_entry_are_found() throws Exception {
        assertThat(api.post("auditor", "/api/v1/audit/verify", Map.of()).body().path("broken"))
                .isEmpty();
        List<Long> read = administrator
                .sql(
                        "select e.id from audit.entry e join audit.seal s on s.entry = e.id where subject = ? order by e.id")
                .param(code)
                .query(Long.class)
                .list();
        long first = read.getFirst();
        long second = read.get(1);

        administrator
                .sql("update audit.entry set actor = 'somebody-else' where id = ?")
                .param(first)
                .update();
        assertThat(broken())
                .singleElement()
                .asString()
                .contains("entry " + first)
                .contains("changed or moved");
        administrator
                .sql("update audit.entry set actor = 'resident1' where id = ?")
                .param(first)
                .update();
        assertThat(broken()).isEmpty();

        administrator
                .sql("create table moved as select * from audit.entry where id = ?")
                .param(first)
                .update();
        administrator.sql("delete from audit.entry where id = ?").param(first).update();
        assertThat(broken())
                .singleElement()
                .asString()
                .contains("entry " + first)
                .contains("is missing");
        administrator
                .sql("insert into audit.entry overriding system value select * from moved")
                .update();
        administrator.sql("drop table moved").update();
        assertThat(broken()).isEmpty();

        whileNobodyChains(() -> {
            swap(first, second);
            assertThat(broken()).hasSize(2).allSatisfy(line -> assertThat(line).contains("changed or moved"));
            swap(first, second);
        });
        assertThat(broken()).isEmpty();

        whileNobodyChains(() -> cutOut(first));
    }

    /** An entry without its link would get another one from the hub, and the place of the first would stay empty. */
    private void whileNobodyChains(Runnable tampering) throws SQLException {
        try (Connection holds = DriverManager.getConnection(database.getJdbcUrl(), "postgres", "postgres");
                Statement lock = holds.createStatement()) {
            lock.execute("select pg_advisory_lock(" + AuditChain.LOCK + ")");
            tampering.run();
        }
    }

    private void cutOut(long first) {
        administrator
                .sql("create table cut_off as select * from audit.seal where entry = ?")
                .param(first)
                .update();
        administrator.sql("delete from audit.seal where entry = ?").param(first).update();
        assertThat(broken()).anySatisfy(line -> assertThat(line).contains("are missing"));
        administrator
                .sql("insert into audit.seal select * from cut_off on conflict do nothing")
                .update();
        administrator.sql("drop table cut_off").update();
    }

    @Test
    void the_command_finds_by_a_head_that_was_written_down_what_the_chain_alone_cant_tell() throws Exception {
        AuditVerification.Head now = command("").head();
        String known = now.number() + ":" + now.hash();
        assertThat(command(known).broken()).isEmpty();
        api.get("resident1", "/api/v1/requests/" + code);
        chain.chain();
        assertThat(command(known).whole()).as("the chain only grew").isTrue();
        assertThat(command(now.number() + ":" + "0".repeat(64)).broken())
                .singleElement()
                .asString()
                .contains("made anew");

        whileNobodyChains(this::cutOffAtItsEnd);
        assertThatThrownBy(() -> AuditVerification.heads("4711")).hasMessageContaining("is no head");
    }

    private void cutOffAtItsEnd() {
        long last = command("").head().number();
        String end = last + ":" + command("").head().hash();
        administrator
                .sql(
                        "create table cut_end as select e.* from audit.entry e join audit.seal s on s.entry = e.id where s.number = ?")
                .param(last)
                .update();
        administrator
                .sql("create table cut_seal as select * from audit.seal where number = ?")
                .param(last)
                .update();
        administrator.sql("delete from audit.seal where number = ?").param(last).update();
        administrator
                .sql("delete from audit.entry where id in (select id from cut_end)")
                .update();
        assertThat(command("").broken()).as("cut off at its end it looks whole").isEmpty();
        assertThat(command(end).broken())
                .singleElement()
                .asString()
                .contains("link " + last)
                .contains("missing");
        administrator
                .sql("insert into audit.entry overriding system value select * from cut_end")
                .update();
        administrator
                .sql("insert into audit.seal select * from cut_seal on conflict do nothing")
                .update();
        administrator.sql("drop table cut_end, cut_seal").update();
    }

    /** As somebody with the database's own user, without the hub. */
    private AuditVerification.Verdict command(String heads) {
        return AuditVerification.verify(database.getJdbcUrl(), "liudan", "liudan", AuditVerification.heads(heads));
    }

    private List<String> broken() {
        return chain.verify().broken();
    }

    /** The same rows, in each other's places. */
    private void swap(long one, long other) {
        administrator
                .sql("update audit.seal set entry = -1 where entry = ?")
                .param(one)
                .update();
        administrator
                .sql("update audit.seal set entry = ? where entry = ?")
                .params(one, other)
                .update();
        administrator
                .sql("update audit.seal set entry = ? where entry = -1")
                .param(other)
                .update();
    }

    @Test
    void an_export_ends_with_the_head_of_the_chain() {
        String table = api.get("auditor", "/api/v1/audit/export?from=2020-01-01T00:00:00Z&to=2040-01-01T00:00:00Z")
                .body()
                .asText();
        assertThat(table).startsWith("number,at,actor").contains(code).contains("request.read");
        chain.chain();
        assertThat(table.strip().lines().toList().getLast()).contains(",head,");
        assertThat(api.get("auditor", "/api/v1/audit/export?from=2040-01-01T00:00:00Z&to=2020-01-01T00:00:00Z")
                        .status())
                .isEqualTo(422);
    }
}
