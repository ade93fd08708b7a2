package io.liudan.integration;

/**
 * A department's system answered that all is well, but not with what was agreed: nobody knows whether it took the
 * order.
 */
class UnexpectedAnswer extends Exception {

    UnexpectedAnswer(String what) {
        super(what);
    }
}
