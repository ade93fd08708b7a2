package io.liudan.process;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.dmn.engine.DmnDecisionRuleResult;
import org.camunda.bpm.engine.DecisionService;
import org.camunda.bpm.engine.RepositoryService;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/** The newest version of the designers' decision tables; a version deployed on another node counts within seconds. */
@Component
class DecisionTables {

    private static final int REMEMBERED = 10_000;

    private final DecisionService decisions;
    private final LoadingCache<String, String> newest;
    private final Cache<Question, Optional<Map<String, Object>>> answers =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    DecisionTables(@Lazy DecisionService decisions, @Lazy RepositoryService repository) {
        this.decisions = decisions;
        // Every task asks for its limit: looking the newest version up each time costs as much as evaluating it.
        this.newest = Caffeine.newBuilder()
                .expireAfterWrite(Duration.ofSeconds(2))
                .build(key -> repository
                        .createDecisionDefinitionQuery()
                        .decisionDefinitionKey(key)
                        .latestVersion()
                        .singleResult()
                        .getId());
    }

    private record Question(String definitionId, Map<String, Object> inputs) {}

    /** What the one rule that applies says, if one does. The same version answers the same question the same. */
    Optional<Map<String, Object>> evaluate(String table, Map<String, Object> inputs) {
        Question question = new Question(newest.get(table), inputs);
        Optional<Map<String, Object>> known = answers.getIfPresent(question);
        if (known == null) {
            known = Optional.ofNullable(decisions
                            .evaluateDecisionTableById(question.definitionId(), inputs)
                            .getSingleResult())
                    .map(DmnDecisionRuleResult::getEntryMap);
            answers.put(question, known);
        }
        return known;
    }
}
