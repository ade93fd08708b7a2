package io.liudan.process.tasks;

import io.liudan.matter.HandingOn;
import io.liudan.matter.MatterFields;
import io.liudan.process.scope.Matters;
import io.liudan.process.scope.Verb;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/** Verbs for models: what becomes of the matter itself. */
@Component("matters")
public class MatterVerbs {

    private final HandingOn handingOn;
    private final MatterFields fields;

    MatterVerbs(@Lazy HandingOn handingOn, @Lazy MatterFields fields) {
        this.handingOn = handingOn;
        this.fields = fields;
    }

    /**
     * Begins a matter of another kind with what this one has: its words, place, contact and files, for the same person.
     * Gives the new one's code.
     */
    @Verb
    public String handOn(DelegateExecution execution, String kind) {
        return handingOn.to(Matters.code(execution), kind);
    }

    /** Sets a field of the matter's own kind that isn't a text, for everybody who reads it and for later steps. */
    @Verb
    public void set(DelegateExecution execution, String field, Object value) {
        Object kept = fields.set(Matters.code(execution), field, value);
        execution.getProcessInstance().setVariable(field, kept);
    }
}
