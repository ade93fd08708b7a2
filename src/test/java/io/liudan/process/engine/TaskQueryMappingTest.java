package io.liudan.process.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.camunda.bpm.engine.ProcessEngine;
import org.junit.jupiter.api.Test;

/** The engine's task query is changed in places that are exactly as expected, or not at all. */
class TaskQueryMappingTest {

    private static final String STOCK = "org/camunda/bpm/engine/impl/mapping/entity/Task.xml";

    private static String stock() throws IOException {
        try (InputStream in = ProcessEngine.class.getClassLoader().getResourceAsStream(STOCK)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String change(String mapping) {
        return TaskQueryMapping.change(new ByteArrayInputStream(mapping.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void the_changed_query_asks_for_grants_by_sub_selects_in_place_of_a_join() throws IOException {
        assertThat(change(stock()))
                .contains("selectVisibleTasks", "countVisibleTasks", "A.RESOURCE_TYPE_")
                .doesNotContain("authCheckJoinWithoutOnClause", "contextualAuthorizationCheck", "insertTask");
    }

    @Test
    void a_version_of_the_engine_that_words_its_query_otherwise_is_refused() throws IOException {
        for (String known : new String[] {
            "authCheckJoinWithoutOnClause",
            "contextualAuthorizationCheck",
            "selectTaskByQueryCriteriaSql\"",
            "selectTaskCountByQueryCriteria"
        }) {
            String other = stock().replace(known, "other" + known);
            assertThatThrownBy(() -> change(other))
                    .as(known)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("0008-task-query.md");
        }
    }
}
