package io.liudan.process.engine;

import io.liudan.identity.People;
import io.liudan.problem.ProblemTexts;
import io.liudan.process.packages.ModelGuard;
import io.liudan.process.rules.ExpressionWall;
import io.liudan.process.rules.Verbs;
import io.liudan.process.tasks.StepFaults;
import io.liudan.process.tasks.StepListeners;
import io.liudan.process.tasks.TaskGrants;
import java.util.ArrayList;
import java.util.List;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineFactory;
import javax.script.ScriptEngineManager;
import org.camunda.bpm.dmn.engine.DmnEngineConfiguration;
import org.camunda.bpm.dmn.engine.impl.DefaultDmnEngineConfiguration;
import org.camunda.bpm.engine.BadUserRequestException;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.scripting.engine.ScriptEngineResolver;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.stereotype.Component;

/**
 * Makes a stock engine the hub's: its verbs and nothing else, no scripts, rules at deployment, the gate at every task.
 */
@Component
class HubEnginePlugin extends AbstractProcessEnginePlugin {

    private final StepListeners listeners;
    private final Verbs verbs;
    private final ModelGuard guard;
    private final ProblemTexts texts;
    private final People people;
    private final ObjectProvider<StepFaults> faults;

    HubEnginePlugin(
            StepListeners listeners,
            Verbs verbs,
            ModelGuard guard,
            ProblemTexts texts,
            People people,
            ObjectProvider<StepFaults> faults) {
        this.listeners = listeners;
        this.verbs = verbs;
        this.guard = guard;
        this.texts = texts;
        this.people = people;
        this.faults = faults;
    }

    @Override
    public void preInit(ProcessEngineConfigurationImpl engine) {
        engine.setExpressionManager(new ExpressionWall(verbs));
        engine.setDmnEngineConfiguration(tables());
        engine.setArtifactFactory(HubEnginePlugin::noClasses);
        engine.setScriptEngineResolver(new NoScripts());
        engine.setEnableScriptEngineLoadExternalResources(false);
        engine.setIdentityProviderSessionFactory(new PeopleIdentityProvider.Factory(people));
        engine.setCustomPreBPMNParseListeners(append(engine.getCustomPreBPMNParseListeners(), listeners));
        engine.setCustomPreDeployers(append(engine.getCustomPreDeployers(), guard));
        engine.setCustomPreCommandInterceptorsTxRequired(
                append(engine.getCustomPreCommandInterceptorsTxRequired(), new CommandGuard(texts, faults::getObject)));
        engine.setCustomPostCommandInterceptorsTxRequired(
                append(engine.getCustomPostCommandInterceptorsTxRequired(), new FaultPlaces()));
        engine.setResourceAuthorizationProvider(new TaskGrants());
        engine.setCustomSessionFactories(append(engine.getCustomSessionFactories(), new DeskAuthorizations.Factory()));
    }

    @Override
    public void postInit(ProcessEngineConfigurationImpl engine) {
        TaskQueryMapping.install(engine);
    }

    /** Only now are the engine's tables there. */
    @Override
    public void postProcessEngineBuild(ProcessEngine engine) {
        ResourceDatabasePopulator additions =
                new ResourceDatabasePopulator(new ClassPathResource("engine/indexes.sql"));
        additions.setSeparator(";;"); // a function has single ones within
        additions.execute(engine.getProcessEngineConfiguration().getDataSource());
    }

    private static DefaultDmnEngineConfiguration tables() {
        DefaultDmnEngineConfiguration tables =
                (DefaultDmnEngineConfiguration) DmnEngineConfiguration.createDefaultDmnEngineConfiguration();
        tables.setFeelEngineFactory(new ExpressionWall.Feel());
        return tables;
    }

    /** The second lock behind the rule against Java classes in models. */
    private static <T> T noClasses(Class<T> named) {
        throw new BadUserRequestException("不允许运行 Java 类 Running code by name is not allowed");
    }

    private static <T> List<T> append(List<T> list, T item) {
        List<T> longer = list == null ? new ArrayList<>() : new ArrayList<>(list);
        longer.add(item);
        return longer;
    }

    /**
     * The second lock behind the rule against scripts: whatever reaches for a script engine is told that there is none.
     */
    private static final class NoScripts implements ScriptEngineResolver {

        @Override
        public void addScriptEngineFactory(ScriptEngineFactory factory) {
            // no language is ever added
        }

        @Override
        public ScriptEngineManager getScriptEngineManager() {
            return new ScriptEngineManager(null);
        }

        @Override
        public ScriptEngine getScriptEngine(String language, boolean resolveFromCache) {
            throw new BadUserRequestException("脚本已禁用 Scripts are switched off: " + language);
        }
    }
}
