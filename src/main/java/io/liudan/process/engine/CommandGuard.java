package io.liudan.process.engine;

import io.liudan.problem.Problem;
import io.liudan.problem.ProblemTexts;
import io.liudan.process.tasks.DecisionGate;
import io.liudan.process.tasks.EngineRefusal;
import io.liudan.process.tasks.StepFaults;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.TaskAlreadyClaimedException;
import org.camunda.bpm.engine.impl.cmd.ExecuteJobsCmd;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Outermost around every engine command. Two departments that finish at the same moment change the same rows of the
 * engine; the later one's command is run again, on what the first one left. And a refusal that a listener threw comes
 * out as a refusal and not as an engine failure wrapped around it; what a step itself failed at, as a refusal that
 * names the step.
 */
class CommandGuard extends CommandInterceptor {

    /**
     * A step that lay for long gets its five cards one after the other, and whoever takes it in that moment meets them
     * all.
     */
    private static final int TRIES = 8;

    private final ProblemTexts texts;
    private final Supplier<StepFaults> faults;

    /** @param faults asked when a step failed */
    CommandGuard(ProblemTexts texts, Supplier<StepFaults> faults) {
        this.texts = texts;
        this.faults = faults;
    }

    @Override
    public <T> T execute(Command<T> command) {
        boolean first = Context.getCommandContext() == null;
        boolean outermost = first && !TransactionSynchronizationManager.isActualTransactionActive();
        for (int attempt = 1; ; attempt++) {
            try {
                return next.execute(command);
            } catch (OptimisticLockingException e) {
                if (!outermost || attempt == TRIES) {
                    throw e;
                }
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(5_000_000L * attempt));
            } catch (RuntimeException e) {
                RuntimeException told = e instanceof ProcessEngineException failure ? refusal(failure) : e;
                // What fails in a job becomes an incident, which the engine writes down itself.
                throw told == e && first && !(command instanceof ExecuteJobsCmd)
                        ? faults.get().refused(e)
                        : told;
            } finally {
                if (first) {
                    DecisionGate.forget();
                }
            }
        }
    }

    private RuntimeException refusal(ProcessEngineException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof EngineRefusal refusal) {
                return refusal;
            }
            if (cause instanceof TaskAlreadyClaimedException) {
                return new EngineRefusal(
                        Problem.conflict("claimed-by-other"), texts.sentence(Problem.conflict("claimed-by-other")));
            }
            if (cause instanceof Problem problem) {
                return new EngineRefusal(problem, texts.sentence(problem));
            }
        }
        return e;
    }
}
