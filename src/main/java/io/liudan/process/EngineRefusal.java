package io.liudan.process;

import io.liudan.problem.Problem;
import org.camunda.bpm.engine.BadUserRequestException;

/** A {@link Problem} as the engine's own doors understand it: status 400 and one sentence. */
class EngineRefusal extends BadUserRequestException {

    private final transient Problem problem;

    EngineRefusal(Problem problem, String sentence) {
        super(sentence, problem);
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }
}
