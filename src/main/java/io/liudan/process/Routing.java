package io.liudan.process;

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

    /** {@code null} when the table has nothing to say. */
    TaskView.Suggestion suggest(String category) {
        return tables.evaluate(TABLE, Collections.singletonMap("category", category))
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
