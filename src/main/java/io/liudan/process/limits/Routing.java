package io.liudan.process.limits;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.camunda.bpm.dmn.engine.DmnEngineException;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.ProcessEngineException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * What the table {@code KIND-routing} of the kind's own folder, else the table {@code routing}, says about a category.
 */
@Component
public class Routing {

    public static final String TABLE = "routing";

    private static final String OF_KIND = "-" + TABLE;

    /** Whether a table of this key is one of suggestions. */
    public static boolean is(String table) {
        return table.equals(TABLE) || table.endsWith(OF_KIND);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Routing.class);

    private final DecisionTables tables;
    private final HistoryService history;

    Routing(DecisionTables tables, HistoryService history) {
        this.tables = tables;
        this.history = history;
    }

    /** @param lead and supporting are codes of departments */
    public record Suggestion(String lead, List<String> supporting, String urgency) {}

    /**
     * By the table that counted when the request's process began. A table that fails takes nothing else of a task's
     * page with it.
     *
     * @return {@code null} when the table has nothing to say
     */
    public Suggestion suggest(String requestCode, String category) {
        try {
            // The request's own process began first; those of its orders, and those that it calls, later.
            return history
                    .createHistoricProcessInstanceQuery()
                    .processInstanceBusinessKey(requestCode)
                    .orderByProcessInstanceStartTime()
                    .asc()
                    .listPage(0, 1)
                    .stream()
                    .findFirst()
                    .map(process -> suggest(
                            process.getProcessDefinitionKey(),
                            category,
                            process.getStartTime().toInstant()))
                    .orElse(null);
        } catch (ProcessEngineException | DmnEngineException failure) {
            LOG.warn(
                    "Nothing can be suggested for a task: {}",
                    failure.getClass().getName());
            return null;
        }
    }

    /** The key of the table that a kind's suggestions come from. */
    public String table(String kind) {
        return tables.exists(kind + OF_KIND) ? kind + OF_KIND : TABLE;
    }

    private Suggestion suggest(String kind, String category, Instant begun) {
        return tables.evaluate(table(kind), begun, Collections.singletonMap("category", category))
                .map(entries -> {
                    Object supporting = entries.get("supporting");
                    return new Suggestion(
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
