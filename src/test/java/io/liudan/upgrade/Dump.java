package io.liudan.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.postgresql.PGConnection;

/** The rows of all tables of a hub's database in a ZIP file, with what is to be known of them beside it. */
final class Dump {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KNOWN = "known.json";
    private static final String SEQUENCES = "sequences.json";
    /** Sessions are of browsers, and the history of migrations is that of the schema that the rows are put into. */
    private static final String TABLES = """
            select format('%I.%I', n.nspname, c.relname) as name, (
                select string_agg(quote_ident(attname), ',' order by attnum) from pg_attribute
                where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in ('public', 'audit') and c.relkind = 'r' and c.relname !~ '^(flyway|spring_session)'
            order by 1""";

    /** All times, so much later: what was due in an hour is due in an hour. */
    private static final String LATER = """
            do $$ declare one record; begin
                for one in select c.table_schema as s, c.table_name as t, c.column_name as c, c.udt_name like '\\_%%' as several
                    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
                    where table_schema in ('public', 'audit') and table_type = 'BASE TABLE' and table_name !~ '^(flyway|spring_session)'
                        and udt_name in ('timestamptz', 'timestamp', '_timestamptz') and is_generated = 'NEVER'
                loop
                    execute format(case when one.several then 'update %%1$I.%%2$I set %%3$I = array(select x + %%4$L::interval from unnest(%%3$I) x) where %%3$I is not null'
                        else 'update %%1$I.%%2$I set %%3$I = %%3$I + %%4$L::interval where %%3$I is not null' end, one.s, one.t, one.c, '%d seconds');
                end loop;
            end $$""";

    private Dump() {}

    private static Connection connection(String url) throws SQLException {
        return DriverManager.getConnection(url, "postgres", "postgres");
    }

    /** As of one moment, while the hub runs. */
    static byte[] rows(String url) throws SQLException, IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Connection database = connection(url);
                ZipOutputStream zip = new ZipOutputStream(bytes)) {
            database.setAutoCommit(false);
            database.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try (Statement statement = database.createStatement()) {
                Map<String, String> tables = new LinkedHashMap<>();
                try (ResultSet row = statement.executeQuery(TABLES)) {
                    while (row.next()) {
                        tables.put(row.getString("name"), row.getString("columns"));
                    }
                }
                for (Map.Entry<String, String> table : tables.entrySet()) {
                    zip.putNextEntry(new ZipEntry(table.getKey() + "(" + table.getValue() + ")"));
                    database.unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyOut("copy " + table.getKey() + " (" + table.getValue() + ") to stdout", zip);
                }
                Map<String, Long> sequences = new LinkedHashMap<>();
                try (ResultSet row = statement.executeQuery(
                        "select format('%I.%I', schemaname, sequencename) as name, last_value from pg_sequences where last_value is not null")) {
                    while (row.next()) {
                        sequences.put(row.getString("name"), row.getLong("last_value"));
                    }
                }
                zip.putNextEntry(new ZipEntry(SEQUENCES));
                zip.write(JSON.writeValueAsBytes(sequences));
            }
        }
        return bytes.toByteArray();
    }

    static void write(Path file, byte[] rows, Object known) throws IOException {
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(rows));
                ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.setLevel(9);
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                zip.putNextEntry(new ZipEntry(entry.getName()));
                in.transferTo(zip);
            }
            zip.putNextEntry(new ZipEntry(KNOWN));
            zip.write(JSON.writeValueAsBytes(known));
        }
    }

    /** How long ago rows were written down of which this is known, in whole seconds. */
    static Duration age(JsonNode known) {
        return Duration.between(Instant.parse(known.path("at").asText()), Instant.now())
                .truncatedTo(ChronoUnit.SECONDS);
    }

    /**
     * Puts the rows into a database that has the tables of their version, as if they had been written down now; gives
     * what is known of them.
     */
    static JsonNode restore(Path file, String url) throws SQLException, IOException {
        JsonNode known = null;
        try (Connection database = connection(url);
                Statement statement = database.createStatement();
                ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
            // Neither foreign keys nor triggers: the rows are right as they are.
            statement.execute("set session_replication_role = replica");
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                byte[] content = zip.readAllBytes();
                switch (entry.getName()) {
                    case KNOWN -> known = JSON.readTree(content);
                    case SEQUENCES -> {
                        for (Map.Entry<String, JsonNode> one :
                                JSON.readTree(content).properties()) {
                            statement.execute("select setval('" + one.getKey() + "', "
                                    + one.getValue().asLong() + ")");
                        }
                    }
                    default -> {
                        String table = entry.getName().replace("(", " (");
                        statement.execute("delete from " + table.substring(0, table.indexOf(' ')));
                        database.unwrap(PGConnection.class)
                                .getCopyAPI()
                                .copyIn("copy " + table + " from stdin", new ByteArrayInputStream(content));
                    }
                }
            }
            statement.execute(LATER.formatted(age(known).toSeconds()));
        }
        return known;
    }
}
