package io.liudan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A table belongs to one module; others read what its module publishes as a view. */
class TablesTest extends HubTest {

    private static final Path MAIN = Path.of("src/main/java/io/liudan");
    private static final Pattern TEXT =
            Pattern.compile("\"\"\"(.*?)\"\"\"|\"((?:\\\\.|[^\"\\\\\n])*)\"", Pattern.DOTALL);
    private static final Pattern NAMED =
            Pattern.compile("\\b(?:from|join|into|update|using)\\s+([a-z_0-9]+)\\b(?!\\s*\\()");

    private static final Pattern ENGINES = Pattern.compile("\\bact_(?:ru|re|hi|id|ge)_");

    @Autowired
    private JdbcClient jdbc;

    /** By table; the module stands in the table's comment. */
    private Map<String, String> owners() {
        Map<String, String> owners = new TreeMap<>();
        jdbc.sql("""
                select relname, coalesce(obj_description(oid), '') as module from pg_class
                where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
                    and relname !~ '^(act|spring|flyway|camunda7)_' order by relname""")
                .query((row, n) -> owners.put(row.getString("relname"), row.getString("module")))
                .list();
        return owners;
    }

    @Test
    void every_table_says_whose_it_is() {
        assertThat(owners())
                .hasSizeGreaterThan(30)
                .allSatisfy((table, module) ->
                        assertThat(MAIN.resolve(module)).as(table).isDirectory().isNotEqualTo(MAIN));
    }

    @Test
    void no_statement_names_another_modules_table() throws IOException {
        Map<String, String> owners = owners();
        List<String> strangers = new ArrayList<>();
        int looked = 0;
        try (Stream<Path> files = Files.walk(MAIN)) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".java")).toList()) {
                String module = MAIN.relativize(file).getName(0).toString();
                Matcher texts = TEXT.matcher(Files.readString(file));
                while (texts.find()) {
                    Matcher named = NAMED.matcher(texts.group());
                    while (named.find()) {
                        String owner = owners.get(named.group(1));
                        looked += owner == null ? 0 : 1;
                        if (owner != null && !owner.equals(module)) {
                            strangers.add(MAIN.relativize(file) + " names " + named.group(1) + " of " + owner);
                        }
                    }
                }
            }
        }
        assertThat(looked).as("statements were found").isGreaterThan(150);
        assertThat(strangers).isEmpty();
    }

    @Test
    void the_engines_tables_belong_to_the_process_module() throws IOException {
        List<String> strangers = new ArrayList<>();
        try (Stream<Path> files = Files.walk(MAIN)) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".java")).toList()) {
                String module = MAIN.relativize(file).getName(0).toString();
                if (!module.equals("process")
                        && ENGINES.matcher(Files.readString(file)).find()) {
                    strangers.add(MAIN.relativize(file).toString());
                }
            }
        }
        assertThat(strangers).isEmpty();
    }
}
