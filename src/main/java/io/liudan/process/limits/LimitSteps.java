package io.liudan.process.limits;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.repository.DecisionDefinition;
import org.camunda.bpm.model.dmn.Dmn;
import org.camunda.bpm.model.dmn.DmnModelInstance;
import org.camunda.bpm.model.dmn.instance.Decision;
import org.camunda.bpm.model.dmn.instance.DecisionTable;
import org.camunda.bpm.model.dmn.instance.Input;
import org.camunda.bpm.model.dmn.instance.InputEntry;
import org.camunda.bpm.model.dmn.instance.Rule;

/** Which steps a decision table of limits has a limit for. */
public final class LimitSteps {

    private static final String STEP = "step";
    private static final Pattern WORDS = Pattern.compile("\\s*\"[^\"]*\"(?:\\s*,\\s*\"[^\"]*\")*\\s*");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"");

    private LimitSteps() {}

    /** @return empty when the file has no such table, or one whose rows don't name their steps */
    public static Optional<Set<String>> of(byte[] dmn) {
        DmnModelInstance model;
        try {
            model = Dmn.readModelFromStream(new ByteArrayInputStream(dmn));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
        return model.getModelElementsByType(Decision.class).stream()
                .filter(decision -> Limits.is(decision.getId()))
                .map(Decision::getExpression)
                .filter(DecisionTable.class::isInstance)
                .flatMap(table -> steps((DecisionTable) table).stream())
                .findFirst();
    }

    /**
     * Of the table that is deployed newest.
     *
     * @param key of the table
     */
    public static Optional<Set<String>> deployed(RepositoryService repository, String key) {
        DecisionDefinition table = repository
                .createDecisionDefinitionQuery()
                .decisionDefinitionKey(key)
                .latestVersion()
                .singleResult();
        if (table == null) {
            return Optional.empty();
        }
        try (InputStream file = repository.getDecisionModel(table.getId())) {
            return of(file.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Set<String>> steps(DecisionTable table) {
        List<Input> inputs = new ArrayList<>(table.getInputs());
        int column = 0;
        while (column < inputs.size() && !asksFor(inputs.get(column))) {
            column++;
        }
        if (column == inputs.size()) {
            return Optional.empty();
        }
        Set<String> steps = new HashSet<>();
        for (Rule rule : table.getRules()) {
            List<InputEntry> cells = new ArrayList<>(rule.getInputEntries());
            String cell = column < cells.size() && cells.get(column).getText() != null
                    ? cells.get(column).getText().getTextContent()
                    : "";
            if (!WORDS.matcher(cell).matches()) {
                return Optional.empty();
            }
            Matcher word = WORD.matcher(cell);
            while (word.find()) {
                steps.add(word.group(1));
            }
        }
        return Optional.of(steps);
    }

    private static boolean asksFor(Input input) {
        return input.getInputExpression() != null
                && input.getInputExpression().getText() != null
                && STEP.equals(
                        input.getInputExpression().getText().getTextContent().strip());
    }
}
