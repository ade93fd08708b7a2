package io.liudan.process;

import io.liudan.problem.Problem;
import io.liudan.problem.ProblemTexts;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.TaskAlreadyClaimedException;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Outermost around every engine command. Two departments that finish at the same moment change the same rows of the
 * engine; the later one's command is run again, on what the first one left. And a refusal that a listener threw comes
 * out as a refusal and not as an engine failure wrapped around it.
 */
class CommandGuard extends CommandInterceptor {

    /**
     * A step that lay for long gets its five cards one after the other, and whoever takes it in that moment meets them
     * all.
     */
    private static final int TRIES = 8;

    private final ProblemTexts texts;

    CommandGuard(ProblemTexts texts) {
        this.texts = texts;
    }

    @Override
    public <T> T execute(Command<T> command) {
        boolean outermost =
                Context.getCommandContext() == null && !TransactionSynchronizationManager.isActualTransactionActive();
        for (int attempt = 1; ; attempt++) {
            try {
                return next.execute(command);
            } catch (OptimisticLockingException e) {
                if (!outermost || attempt == TRIES) {
                    throw e;
                }
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(5_000_000L * attempt));
            } catch (ProcessEngineException e) {
                throw refusal(e);
            }
        }
    }

    private ProcessEngineException refusal(ProcessEngineException e) {
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
