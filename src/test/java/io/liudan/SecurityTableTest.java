package io.liudan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code docs/security.md} says of tests is so: each that it names is there. */
class SecurityTableTest {

    private static final Path PAGE = Path.of("docs/security.md");

    @Test
    void every_test_that_the_table_names_is_there_and_every_row_says_how_it_stands() throws IOException {
        Set<String> tests;
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            tests = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("Test.java"))
                    .map(name -> name.replace(".java", ""))
                    .collect(Collectors.toSet());
        }
        String page = Files.readString(PAGE);
        assertThat(Pattern.compile("`(\\w+Test)`")
                        .matcher(page)
                        .results()
                        .map(found -> found.group(1))
                        .collect(Collectors.toSet()))
                .isNotEmpty()
                .isSubsetOf(tests);
        List<MatchResult> rows = Pattern.compile("(?m)^\\| (\\d[^|]*) \\|[^|]*\\| ([^|]*) \\|")
                .matcher(page)
                .results()
                .toList();
        assertThat(rows)
                .hasSizeGreaterThan(150)
                .allSatisfy(row -> assertThat(row.group(2)).as(row.group(1)).isIn("●", "◐", "○", "◇", "–"));
        assertThat(rows).extracting(row -> row.group(1)).doesNotHaveDuplicates();
    }
}
