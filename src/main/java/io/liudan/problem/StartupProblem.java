package io.liudan.problem;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Something a newcomer's machine lacks, in one sentence, with what to do about it in a second one. */
public class StartupProblem extends RuntimeException {

    private final String remedy;

    public StartupProblem(String sentence, String remedy) {
        super(sentence);
        this.remedy = remedy;
    }

    public StartupProblem(String sentence, String remedy, Throwable cause) {
        super(sentence, cause);
        this.remedy = remedy;
    }

    /** Prints the two sentences in place of a stack trace. */
    static class Analyzer extends AbstractFailureAnalyzer<StartupProblem> {

        @Override
        protected FailureAnalysis analyze(Throwable rootFailure, StartupProblem problem) {
            return new FailureAnalysis(problem.getMessage(), problem.remedy, problem);
        }
    }
}
