package io.liudan.process.tasks;

import io.liudan.identity.Redactor;
import io.liudan.problem.Failures;
import io.liudan.problem.Problem;
import io.liudan.problem.ProblemTexts;
import io.liudan.process.rules.DecisionSpec;
import io.liudan.process.rules.FaultPlace;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.ibatis.exceptions.PersistenceException;
import org.camunda.bpm.engine.AuthorizationException;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What fails at a step of a model in a clerk's or a resident's call hurts that step alone: the call is refused with the
 * element and the reason, and the step is listed as stuck, in a transaction of its own since the call's is rolled back.
 */
@Component
public class StepFaults implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(StepFaults.class);

    private final StuckSteps stuck;
    private final Elements elements;
    private final Failures failures;
    private final ProblemTexts texts;
    private final MessageSource messages;
    private final Redactor redactor;
    /** A call that holds a connection to the database doesn't wait for a second one. */
    private final ExecutorService later = Executors.newSingleThreadExecutor(
            work -> Thread.ofPlatform().daemon().name("stuck-steps").unstarted(work));

    StepFaults(
            StuckSteps stuck,
            Elements elements,
            Failures failures,
            ProblemTexts texts,
            MessageSource messages,
            Redactor redactor) {
        this.stuck = stuck;
        this.elements = elements;
        this.failures = failures;
        this.texts = texts;
        this.messages = messages;
        this.redactor = redactor;
    }

    @Override
    public void destroy() {
        later.shutdown();
    }

    /** The failure of a command as its caller is to get it: as it is, unless a step of a model failed. */
    public RuntimeException refused(RuntimeException failure) {
        Optional<FaultPlace> place = FaultPlace.of(failure);
        if (place.isEmpty() || !ofTheModel(failure)) {
            return failure;
        }
        StepReason reason = reason("step " + place.get().element(), failure);
        note(place.get(), DecisionGate.completing(), reason);
        Problem problem = Problem.conflict(
                "step-fails",
                elements.name(place.get().definitionId(), place.get().element()),
                sentence(reason));
        return new StepFault(problem, texts.sentence(problem));
    }

    /** A decision whose condition can't be judged is closed, and its step listed. */
    void undecidable(String task, DecisionSpec spec, RuntimeException failure) {
        FaultPlace.of(failure)
                .filter(place -> ofTheModel(failure) && !stuck.justNoted(place, task))
                .ifPresent(place -> note(place, task, reason("decision " + spec.decision(), failure)));
    }

    /** In the reader's language. */
    public String sentence(StepReason reason) {
        return messages.getMessage(
                "stuck.reason." + reason.key(),
                reason.args().stream().map(redactor::redact).toArray(),
                LocaleContextHolder.getLocale());
    }

    /** What a value was may be a word of somebody's; what the log alone can explain has an id there. */
    private StepReason reason(String where, RuntimeException failure) {
        StepReason reason = StepReason.of(failure).orElse(null);
        if (reason == null || reason.args().isEmpty()) {
            String id = failures.log(where, failure);
            return reason == null ? new StepReason(StepReason.OTHER, List.of(id)) : reason;
        }
        return new StepReason(
                reason.key(), reason.args().stream().map(redactor::redact).toList());
    }

    private void note(FaultPlace place, String task, StepReason reason) {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            later.execute(() -> write(place, task, reason));
        } else {
            write(place, task, reason);
        }
    }

    private void write(FaultPlace place, String task, StepReason reason) {
        try {
            stuck.note(place, task, reason);
        } catch (RuntimeException e) {
            LOG.warn("A stuck step couldn't be listed: {}", e.getClass().getName());
        }
    }

    /** Whether it isn't a refusal, a race or the database. */
    private static boolean ofTheModel(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Problem
                    || cause instanceof EngineRefusal
                    || cause instanceof AuthorizationException
                    || cause instanceof OptimisticLockingException
                    || cause instanceof PersistenceException
                    || cause instanceof SQLException) {
                return false;
            }
        }
        return true;
    }
}
