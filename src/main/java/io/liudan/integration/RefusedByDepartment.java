package io.liudan.integration;

/**
 * A department's system doesn't take a work order, for a reason that no further attempt will change; in the model the
 * BPMN error {@code REFUSED}.
 */
public class RefusedByDepartment extends Exception {

    public RefusedByDepartment(String message) {
        super(message);
    }
}
