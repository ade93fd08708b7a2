package io.liudan.process.engine;

import io.liudan.process.rules.FaultPlace;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;
import org.slf4j.MDC;

/** Marks what fails in a command with the element that the engine was at ({@link FaultPlace}). */
class FaultPlaces extends CommandInterceptor {

    /** The engine's names of what it notes for logs. */
    private static final String DEFINITION = "processDefinitionId";

    private static final String INSTANCE = "processInstanceId";

    @Override
    public <T> T execute(Command<T> command) {
        try {
            return next.execute(command);
        } catch (RuntimeException failure) {
            String element = Context.getCommandInvocationContext()
                    .getProcessDataContext()
                    .getLatestActivityId();
            if (element != null && MDC.get(DEFINITION) != null) {
                new FaultPlace(MDC.get(DEFINITION), MDC.get(INSTANCE), element).mark(failure);
            }
            throw failure;
        }
    }
}
