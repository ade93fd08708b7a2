package io.liudan.process;

import io.liudan.deadline.Limit;
import io.liudan.deadline.Span;
import io.liudan.request.RequestBriefs;
import io.liudan.request.RequestBriefs.Sample;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.camunda.bpm.dmn.engine.DmnDecision;
import org.camunda.bpm.dmn.engine.DmnDecisionRuleResult;
import org.camunda.bpm.dmn.engine.DmnEngine;
import org.camunda.bpm.dmn.engine.DmnEngineException;
import org.camunda.bpm.dmn.feel.impl.FeelException;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.repository.DecisionDefinition;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;

/**
 * What a table that isn't deployed yet would change: the newest requests are asked of it and of the one that counts
 * now. Nothing is changed.
 */
@Component
class TableTrial {

    static final int REQUESTS = 1000;
    private static final int EXAMPLES = 5;
    private static final List<String> ROUTED = List.of("lead", "supporting", "urgency", "emergency");

    private final ProcessEngineConfigurationImpl engine;
    private final TableRules rules;
    private final DecisionTables tables;
    private final Limits limits;
    private final RequestBriefs requests;
    private final Clock clock;

    TableTrial(
            ProcessEngineConfigurationImpl engine,
            TableRules rules,
            DecisionTables tables,
            Limits limits,
            RequestBriefs requests,
            Clock clock) {
        this.engine = engine;
        this.rules = rules;
        this.tables = tables;
        this.limits = limits;
        this.requests = requests;
        this.clock = clock;
    }

    /** @param before what the table says now; absent for nothing, like {@code after} */
    record Example(String requestCode, String category, String urgency, String before, String after) {}

    /**
     * @param field {@code lead}, {@code supporting}, {@code urgency} or {@code emergency} of the table {@code routing};
     *     {@code limit} of the table {@code deadlines}
     * @param step whose limit; absent for the table {@code routing}
     * @param requests how many of them would get something else
     * @param examples some of them, the newest first
     */
    record Change(String field, String step, int requests, List<Example> examples) {}

    /**
     * @param requests how many were asked, the newest
     * @param changed how many would get anything else
     * @param faults for which the file would be refused; nothing was asked then
     * @param notes what nobody looked at
     */
    record Outcome(int requests, int changed, List<Change> changes, List<String> faults, List<String> notes) {}

    Outcome of(byte[] dmn) {
        List<String> faults = rules.faults(dmn);
        if (!faults.isEmpty()) {
            return new Outcome(0, 0, List.of(), faults, List.of());
        }
        List<String> notes = new ArrayList<>(rules.notes(dmn));
        List<Sample> samples = requests.newest(REQUESTS);
        Map<String, List<Change>> found = new TreeMap<>();
        Set<String> changed = new TreeSet<>();
        try {
            ask(dmn, samples, found, changed, notes);
        } catch (ProcessEngineException | DmnEngineException | FeelException failure) {
            return new Outcome(
                    0,
                    0,
                    List.of(),
                    List.of("这张表算不出来 the table can't be evaluated: "
                            + NestedExceptionUtils.getMostSpecificCause(failure).getMessage()),
                    notes);
        }
        return new Outcome(
                samples.size(),
                changed.size(),
                found.values().stream().flatMap(List::stream).toList(),
                List.of(),
                notes);
    }

    private void ask(
            byte[] dmn,
            List<Sample> samples,
            Map<String, List<Change>> found,
            Set<String> changed,
            List<String> notes) {
        engine.getCommandExecutorTxRequired()
                .execute(context -> context.runWithoutAuthorization(() -> {
                    DmnEngine tried = engine.getDmnEngine();
                    for (DmnDecision decision : tried.parseDecisions(new ByteArrayInputStream(dmn))) {
                        if (decision.getKey().equals(Routing.TABLE)) {
                            found.put(decision.getKey(), routed(tried, decision, samples, changed));
                        } else if (decision.getKey().equals(Limits.TABLE)) {
                            Set<String> steps = new TreeSet<>(LimitSteps.of(dmn).orElse(Set.of()));
                            if (steps.isEmpty()) {
                                notes.add(
                                        decision.getKey()
                                                + ": 有的行没有写明环节，只试了现在有时限的环节 some rows don't name their steps: only steps that have a limit now are tried");
                            }
                            deployedSteps().ifPresent(steps::addAll);
                            found.put(decision.getKey(), limited(tried, decision, steps, samples, changed));
                        } else {
                            notes.add(
                                    decision.getKey() + ": 只试派单和时限两张表 only the tables routing and deadlines are tried");
                        }
                    }
                    return null;
                }));
    }

    private List<Change> routed(DmnEngine tried, DmnDecision decision, List<Sample> samples, Set<String> changed) {
        Map<String, Map<String, Object>> before = new LinkedHashMap<>();
        Map<String, Map<String, Object>> after = new LinkedHashMap<>();
        List<Change> changes = new ArrayList<>();
        for (String field : ROUTED) {
            List<Example> examples = new ArrayList<>();
            int count = 0;
            for (Sample sample : samples) {
                Map<String, Object> asked = Collections.singletonMap("category", sample.category());
                String now =
                        text(before.computeIfAbsent(sample.category(), category -> tables.evaluate(Routing.TABLE, asked)
                                        .orElse(Map.of()))
                                .get(field));
                String then = text(after.computeIfAbsent(sample.category(), category -> evaluate(tried, decision, asked)
                                .orElse(Map.of()))
                        .get(field));
                if (!Objects.equals(now, then)) {
                    count++;
                    changed.add(sample.code());
                    example(examples, sample, now, then);
                }
            }
            if (count > 0) {
                changes.add(new Change(field, null, count, List.copyOf(examples)));
            }
        }
        return changes;
    }

    private List<Change> limited(
            DmnEngine tried, DmnDecision decision, Set<String> steps, List<Sample> samples, Set<String> changed) {
        List<Change> changes = new ArrayList<>();
        for (String step : steps) {
            Map<List<String>, Optional<Limit>> before = new LinkedHashMap<>();
            Map<List<String>, Optional<Limit>> after = new LinkedHashMap<>();
            List<Example> examples = new ArrayList<>();
            int count = 0;
            for (Sample sample : samples) {
                List<String> key = Arrays.asList(sample.category(), sample.urgency());
                Optional<Limit> now = before.computeIfAbsent(
                        key, any -> limits.find(sample.category(), sample.urgency(), step, clock.instant()));
                Optional<Limit> then = after.computeIfAbsent(key, any -> evaluate(
                                tried,
                                decision,
                                limits.inputs(sample.category(), sample.urgency(), step, clock.instant()))
                        .map(Limits::read));
                if (!now.equals(then)) {
                    count++;
                    changed.add(sample.code());
                    example(
                            examples,
                            sample,
                            now.map(TableTrial::words).orElse(null),
                            then.map(TableTrial::words).orElse(null));
                }
            }
            if (count > 0) {
                changes.add(new Change("limit", step, count, List.copyOf(examples)));
            }
        }
        return changes;
    }

    /** The steps of the table that counts now: those that a new one drops lose their limit. */
    private Optional<Set<String>> deployedSteps() {
        DecisionDefinition now = engine.getRepositoryService()
                .createDecisionDefinitionQuery()
                .decisionDefinitionKey(Limits.TABLE)
                .latestVersion()
                .singleResult();
        if (now == null) {
            return Optional.empty();
        }
        try (InputStream file = engine.getRepositoryService().getDecisionModel(now.getId())) {
            return LimitSteps.of(file.readAllBytes());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Map<String, Object>> evaluate(
            DmnEngine tried, DmnDecision decision, Map<String, Object> inputs) {
        return Optional.ofNullable(tried.evaluateDecisionTable(decision, inputs).getSingleResult())
                .map(DmnDecisionRuleResult::getEntryMap);
    }

    private static void example(List<Example> examples, Sample sample, String before, String after) {
        if (examples.size() < EXAMPLES) {
            examples.add(new Example(sample.code(), sample.category(), sample.urgency(), before, after));
        }
    }

    /** As the table has it, for example {@code 4 WORKING_HOURS, reminder 50 %, yellow 1 WORKING_HOURS}. */
    private static String words(Limit limit) {
        StringBuilder words = new StringBuilder(words(limit.span()));
        if (limit.reminder() != null) {
            words.append(", reminder ").append(limit.reminder()).append(" %");
        }
        append(words, "yellow", limit.yellow());
        append(words, "red", limit.red());
        append(words, "level1", limit.level1());
        append(words, "level2", limit.level2());
        return words.toString();
    }

    private static void append(StringBuilder words, String column, Span span) {
        if (span != null) {
            words.append(", ").append(column).append(' ').append(words(span));
        }
    }

    private static String words(Span span) {
        return span.amount() + " " + span.unit();
    }

    private static String text(Object value) {
        return value == null ? null : value.toString();
    }
}
