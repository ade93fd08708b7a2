package io.liudan.process;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import org.camunda.bpm.dmn.engine.DmnDecisionRuleResult;
import org.camunda.bpm.engine.DecisionService;
import org.camunda.bpm.engine.RepositoryService;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/** The newest version of the designers' decision tables; a version deployed on another node counts within seconds. */
@Component
class DecisionTables {

    private final DecisionService decisions;
    private final LoadingCache<String, String> newest;

    DecisionTables(@Lazy DecisionService decisions, @Lazy RepositoryService repository) {
        this.decisions = decisions;
        // Every task asks for its limit: looking the newest version up each time costs as much as evaluating it.
        this.newest = Caffeine.newBuilder().expireAfterWrite(Duration.ofSeconds(2))
                .build(key -> repository.createDecisionDefinitionQuery().decisionDefinitionKey(key).latestVersion().singleResult().getId());
    }

    /** The one rule that applies, if any. */
    Optional<DmnDecisionRuleResult> evaluate(String table, Map<String, Object> inputs) {
        return Optional.ofNullable(decisions.evaluateDecisionTableById(newest.get(table), inputs).getSingleResult());
    }
}
