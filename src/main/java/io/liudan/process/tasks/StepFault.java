package io.liudan.process.tasks;

import io.liudan.problem.Problem;

/** A call that a step of a model couldn't follow: refused with the element and the reason ({@link StepFaults}). */
class StepFault extends EngineRefusal {

    StepFault(Problem problem, String sentence) {
        super(problem, sentence);
    }
}
