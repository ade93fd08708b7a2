package io.liudan.process.tasks;

import io.liudan.problem.Problem;
import org.camunda.bpm.engine.BadUserRequestException;

/** A {@link Problem} as the engine's own doors understand it: status 400 and one sentence. */
public class EngineRefusal extends BadUserRequestException {

    private final transient Problem problem;

    public EngineRefusal(Problem problem, String sentence) {
        super(sentence, problem);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
