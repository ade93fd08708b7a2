package io.liudan.process.packages;

import io.liudan.deadline.Limit;
import io.liudan.deadline.Span;
import io.liudan.matter.MatterBriefs;
import io.liudan.matter.MatterBriefs.Sample;
import io.liudan.process.limits.DecisionTables;
import io.liudan.process.limits.LimitSteps;
import io.liudan.process.limits.Limits;
import io.liudan.process.limits.Routing;
import io.liudan.process.rules.TableRules;
import java.io.ByteArrayInputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.camunda.bpm.dmn.engine.DmnDecision;
import org.camunda.bpm.dmn.engine.DmnDecisionRuleResult;
import org.camunda.bpm.dmn.engine.DmnEngine;
import org.camunda.bpm.dmn.engine.DmnEngineException;
import org.camunda.bpm.dmn.feel.impl.FeelException;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
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
    private final Routing routing;
    private final MatterBriefs requests;
    private final Clock clock;

    TableTrial(
            ProcessEngineConfigurationImpl engine,
            TableRules rules,
            DecisionTables tables,
            Limits limits,
            Routing routing,
            MatterBriefs requests,
            Clock clock) {
        this.engine = engine;
        this.rules = rules;
        this.tables = tables;
        this.limits = limits;
        this.routing = routing;
        this.requests = requests;
        this.clock = clock;
    }

    /** @param before what the table says now; empty for nothing, like {@code after} */
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
        List<Change> found = new ArrayList<>();
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
        return new Outcome(samples.size(), changed.size(), found, List.of(), notes);
    }

    private void ask(byte[] dmn, List<Sample> samples, List<Change> found, Set<String> changed, List<String> notes) {
        engine.getCommandExecutorTxRequired()
                .execute(context -> context.runWithoutAuthorization(() -> {
                    DmnEngine tried = engine.getDmnEngine();
                    for (DmnDecision decision : tried.parseDecisions(new ByteArrayInputStream(dmn))) {
                        if (Routing.is(decision.getKey())) {
                            found.addAll(routed(tried, decision, of(samples, routing::table, decision), changed));
                        } else if (Limits.is(decision.getKey())) {
                            Set<String> steps = new TreeSet<>(LimitSteps.of(dmn).orElse(Set.of()));
                            if (steps.isEmpty()) {
                                notes.add(
                                        decision.getKey()
                                                + ": 有的行没有写明环节，只试了现在有时限的环节 some rows don't name their steps: only steps that have a limit now are tried");
                            }
                            // A new table that drops a step takes its limit away.
                            LimitSteps.deployed(engine.getRepositoryService(), decision.getKey())
                                    .ifPresent(steps::addAll);
                            found.addAll(
                                    limited(tried, decision, steps, of(samples, limits::table, decision), changed));
                        } else {
                            notes.add(
                                    decision.getKey() + ": 只试派单和时限两张表 only the tables routing and deadlines are tried");
                        }
                    }
                    return null;
                }));
    }

    /** The matters that this table is asked for. */
    private static List<Sample> of(List<Sample> samples, UnaryOperator<String> table, DmnDecision decision) {
        return samples.stream()
                .filter(sample -> table.apply(sample.kind()).equals(decision.getKey()))
                .toList();
    }

    private List<Change> routed(DmnEngine tried, DmnDecision decision, List<Sample> samples, Set<String> changed) {
        Map<String, Map<String, Object>> before = new HashMap<>();
        Map<String, Map<String, Object>> after = new HashMap<>();
        return ROUTED.stream()
                .flatMap(field -> compared(
                        new Change(field, null, 0, List.of()),
                        samples,
                        changed,
                        sample -> text(before.computeIfAbsent(sample.category(), category -> tables.evaluate(
                                                decision.getKey(), asked(category))
                                        .orElse(Map.of()))
                                .get(field)),
                        sample -> text(after.computeIfAbsent(
                                        sample.category(), category -> evaluate(tried, decision, asked(category))
                                                .orElse(Map.of()))
                                .get(field))))
                .toList();
    }

    private static Map<String, Object> asked(String category) {
        return Collections.singletonMap("category", category);
    }

    private List<Change> limited(
            DmnEngine tried, DmnDecision decision, Set<String> steps, List<Sample> samples, Set<String> changed) {
        Instant now = clock.instant();
        Map<List<String>, String> after = new HashMap<>();
        return steps.stream()
                .flatMap(step -> compared(
                        new Change("limit", step, 0, List.of()),
                        samples,
                        changed,
                        sample -> limits.find(sample.kind(), sample.category(), sample.urgency(), step, now)
                                .map(TableTrial::words)
                                .orElse(""),
                        sample -> after.computeIfAbsent(
                                Arrays.asList(step, sample.category(), sample.urgency()), any -> evaluate(
                                                tried,
                                                decision,
                                                limits.inputs(sample.category(), sample.urgency(), step, now))
                                        .map(Limits::read)
                                        .map(TableTrial::words)
                                        .orElse(""))))
                .toList();
    }

    /** One line of the outcome, if it changes anything; what says nothing is an empty text. */
    private static Stream<Change> compared(
            Change line,
            List<Sample> samples,
            Set<String> changed,
            Function<Sample, String> before,
            Function<Sample, String> after) {
        List<Example> all = samples.stream()
                .map(sample -> new Example(
                        sample.code(), sample.category(), sample.urgency(), before.apply(sample), after.apply(sample)))
                .filter(example -> !example.before().equals(example.after()))
                .toList();
        all.forEach(example -> changed.add(example.requestCode()));
        return all.isEmpty()
                ? Stream.empty()
                : Stream.of(new Change(
                        line.field(), line.step(), all.size(), all.subList(0, Math.min(EXAMPLES, all.size()))));
    }

    private static Optional<Map<String, Object>> evaluate(
            DmnEngine tried, DmnDecision decision, Map<String, Object> inputs) {
        return Optional.ofNullable(tried.evaluateDecisionTable(decision, inputs).getSingleResult())
                .map(DmnDecisionRuleResult::getEntryMap);
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
        return value == null ? "" : value.toString();
    }
}
