package io.liudan.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.liudan.Api;
import io.liudan.HubTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Each column that can hold words has a class, and what its class says is so. */
class FieldsTest extends HubTest {

    private static final Set<String> SEALED = Set.of("contact", "words", "files");
    private static final Set<String> CLASSES =
            Set.of("contact", "words", "files", "account", "place", "index", "vocabulary", "technical");

    private final Api api = new Api(hub(), realm());

    @Autowired
    private Retention retention;

    @Autowired
    private JdbcClient jdbc;

    @Test
    void every_column_is_classified_and_nothing_else_is() {
        Set<String> present = new TreeSet<>(jdbc.sql("""
                select case table_schema when 'public' then '' else table_schema || '.' end || table_name || '.' || column_name from information_schema.columns
                where table_schema in ('public', 'audit') and table_name not like 'act\\_%' and table_name not like 'spring\\_%' and table_name not like 'flyway\\_%'
                    and (table_schema, table_name) in (select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE')
                    and data_type in ('text', 'character varying', 'character', 'json', 'jsonb', 'bytea', 'ARRAY')""").query(String.class).list());
        Set<String> classified = new TreeSet<>();
        retention
                .fields()
                .forEach((table, columns) -> columns.forEach((column, dataClass) -> {
                    assertThat(CLASSES).contains(dataClass);
                    classified.add(table + "." + column);
                }));
        assertThat(classified).isEqualTo(present);
    }

    @Test
    void what_has_to_be_sealed_is() {
        String code = api.submit(
                        "resident1",
                        Map.of(
                                "category",
                                "sanitation",
                                "title",
                                "垃圾没有清运",
                                "description",
                                "三天了",
                                "gridCode",
                                "622901001001-01",
                                "contact",
                                Map.of("name", "马占海", "phone", "13900001111")))
                .body()
                .path("code")
                .asText();
        api.post("grid1", "/api/v1/requests/" + code + "/comments", Map.of("text", "明早去看"));
        api.evidence("resident1");
        List<String> clear = new ArrayList<>();
        int looked = 0;
        for (Map.Entry<String, Map<String, String>> table : retention.fields().entrySet()) {
            for (Map.Entry<String, String> column : table.getValue().entrySet()) {
                if (SEALED.contains(column.getValue())) {
                    looked++;
                    String form = column.getValue().equals("files")
                            ? "encode(%s, 'hex') not like '7e4c4831%%'"
                            : "%1$s <> '' and %1$s !~ '(^|^[0-9a-f-]{36} )~[0-9]+[.][A-Za-z0-9_-]+$'";
                    // A caller over the interface has the hash of what it sent there.
                    String apart = (table.getKey() + "." + column.getKey()).equals("inbound_message.body")
                            ? " and channel <> 'api'"
                            : "";
                    long wrong = jdbc.sql("select count(*) from " + table.getKey() + " where "
                                    + form.formatted(column.getKey()) + apart)
                            .query(Long.class)
                            .single();
                    if (wrong > 0) {
                        clear.add(table.getKey() + "." + column.getKey() + ": " + wrong);
                    }
                }
            }
        }
        assertThat(looked).isGreaterThan(12);
        assertThat(clear).isEmpty();
    }
}
