package io.liudan.process;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.springframework.stereotype.Component;

/** What the decision table {@code routing} says about a category. */
@Component
class Routing {

    static final String TABLE = "routing";

    private final DecisionTables tables;

    Routing(DecisionTables tables) {
        this.tables = tables;
    }

    /**
     * By the table that counted when the request's process began.
     *
     * @return {@code null} when the table has nothing to say
     */
    TaskView.Suggestion suggest(String category, Instant begun) {
        return tables.evaluate(TABLE, begun, Collections.singletonMap("category", category))
                .map(entries -> {
                    Object supporting = entries.get("supporting");
                    return new TaskView.Suggestion(
                            (String) entries.get("lead"),
                            supporting == null
                                    ? List.of()
                                    : Arrays.stream(supporting.toString().split(","))
                                            .filter(code -> !code.isBlank())
                                            .toList(),
                            (String) entries.get("urgency"));
                })
                .orElse(null);
    }
}
