package io.liudan.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A department that passes work orders over tables in another database (前置库). */
class ExchangeTableTest extends DepartmentTest {

    private static final String DEPARTMENT = "zjj";

    private JdbcClient exchange;

    @BeforeEach
    void connected(@Autowired DataSource hub) throws Exception {
        JdbcClient administrator = JdbcClient.create(new DriverManagerDataSource(address(hub), "postgres", "postgres"));
        if (administrator
                .sql("select 1 from pg_database where datname = 'exchange_test'")
                .query()
                .listOfRows()
                .isEmpty()) {
            administrator.sql("create database exchange_test").update();
        }
        String url = address(hub).replaceFirst("/liudan(\\?|$)", "/exchange_test$1");
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(url);
        database.setUser("postgres");
        database.setPassword("postgres");
        exchange = JdbcClient.create(database);
        exchange.sql(new ClassPathResource("simulator/exchange-tables.sql").getContentAsString(StandardCharsets.UTF_8))
                .update();
        exchange.sql("truncate liudan_work_order, liudan_answer").update();
        connect(
                DEPARTMENT,
                templated("exchange-table", DEPARTMENT, "url", url, "user", "postgres", "password", "postgres")
                        + templated(
                                "exchange-table-inbound",
                                DEPARTMENT,
                                "url",
                                url,
                                "user",
                                "postgres",
                                "password",
                                "postgres",
                                "interval",
                                "200"));
    }

    private static String address(DataSource hub) throws SQLException {
        try (var connection = hub.getConnection()) {
            return connection.getMetaData().getURL();
        }
    }

    private void write(String id, String order, String action, String fields) {
        exchange.sql("insert into liudan_answer (id, work_order, action, fields) values (?, ?, ?, ?)")
                .params(id, order, action, fields)
                .update();
    }

    @Test
    void an_order_is_a_row_and_so_are_its_answers() {
        String code = dispatchTo(DEPARTMENT);
        String order = code + "-1-" + DEPARTMENT;
        await(
                "the row",
                () -> exchange.sql("select count(*) from liudan_work_order where work_order = ? and kind = 'ISSUED'")
                                .param(order)
                                .query(Long.class)
                                .single()
                        == 1);
        assertThat(exchange.sql("select body from liudan_work_order where work_order = ?")
                        .param(order)
                        .query(String.class)
                        .single())
                .contains("东门外三天没有清运");
        write("a-" + code, order, "accept", null);
        await("acceptance", () -> status(code).equals("ACCEPTED"));
        write(
                "f-" + code,
                order,
                "finish",
                "{\"report\": \"已修复\", \"evidence\": [{\"content\": \"JVBERi0xLjQKJSVFT0YK\"}]}");
        await("the end", () -> status(code).equals("HANDLED"));
        await(
                "the mark of what was taken",
                () -> exchange.sql("select count(*) from liudan_answer where taken_at is null")
                                .query(Long.class)
                                .single()
                        == 0);
    }

    @Test
    void a_row_that_cant_be_read_is_a_dead_letter_and_holds_up_no_other() {
        String code = dispatchTo(DEPARTMENT);
        write("bad-" + code, code + "-1-" + DEPARTMENT, "progress", "{broken");
        write("good-" + code, code + "-1-" + DEPARTMENT, "accept", "");
        await("acceptance", () -> status(code).equals("ACCEPTED"));
        List<String> reasons = new java.util.ArrayList<>();
        api.get("admin", "/api/v1/dead-letters?connector=" + DEPARTMENT + "&direction=IN")
                .body()
                .path("items")
                .forEach(letter -> reasons.add(letter.path("channel").asText()));
        assertThat(reasons).contains("exchange-table");
    }
}
