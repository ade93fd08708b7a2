package io.liudan.process.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.camunda.bpm.dmn.engine.DmnDecisionRuleResult;
import org.camunda.bpm.engine.DecisionService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.repository.DecisionDefinition;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/** The newest version of the designers' decision tables; a version deployed on another node counts within seconds. */
@Component
public class DecisionTables {

    private static final int REMEMBERED = 10_000;

    private final DecisionService decisions;
    private final LoadingCache<String, Optional<String>> newest;
    private final LoadingCache<String, List<Version>> versions;
    /** By deployment; it never changes. */
    private final Map<String, Instant> deployedAt = new ConcurrentHashMap<>();

    private final Cache<Question, Optional<Map<String, Object>>> answers =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    DecisionTables(@Lazy DecisionService decisions, @Lazy RepositoryService repository) {
        this.decisions = decisions;
        // Every task asks for its limit: looking the newest version up each time costs as much as evaluating it.
        this.newest = Caffeine.newBuilder()
                .expireAfterWrite(Duration.ofSeconds(2))
                .build(key -> Optional.ofNullable(repository
                                .createDecisionDefinitionQuery()
                                .decisionDefinitionKey(key)
                                .latestVersion()
                                .singleResult())
                        .map(DecisionDefinition::getId));
        this.versions =
                Caffeine.newBuilder().expireAfterWrite(Duration.ofSeconds(2)).build(key -> versions(repository, key));
    }

    /** One version of a table, and since when it is there. */
    private record Version(String id, Instant since) {}

    private List<Version> versions(RepositoryService repository, String table) {
        return repository
                .createDecisionDefinitionQuery()
                .decisionDefinitionKey(table)
                .orderByDecisionDefinitionVersion()
                .asc()
                .list()
                .stream()
                .map(definition -> new Version(
                        definition.getId(), deployedAt.computeIfAbsent(definition.getDeploymentId(), id -> repository
                                .createDeploymentQuery()
                                .deploymentId(id)
                                .singleResult()
                                .getDeploymentTime()
                                .toInstant())))
                .toList();
    }

    private record Question(String definitionId, Map<String, Object> inputs) {}

    /** Whether there is a table of this key. */
    boolean exists(String table) {
        return newest.get(table).isPresent();
    }

    /** What the one rule that applies says, if one does, in the newest version. */
    public Optional<Map<String, Object>> evaluate(String table, Map<String, Object> inputs) {
        return newest.get(table).flatMap(version -> ask(version, inputs));
    }

    /** The same in the version that was the newest at a moment; in the first one where none was there yet. */
    public Optional<Map<String, Object>> evaluate(String table, Instant when, Map<String, Object> inputs) {
        List<Version> all = versions.get(table);
        if (all.isEmpty()) {
            return Optional.empty();
        }
        Version then = all.stream()
                .filter(version -> !version.since().isAfter(when))
                .reduce((before, after) -> after)
                .orElse(all.getFirst());
        return ask(then.id(), inputs);
    }

    /** The same version answers the same question the same. */
    private Optional<Map<String, Object>> ask(String version, Map<String, Object> inputs) {
        Question question = new Question(version, inputs);
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
