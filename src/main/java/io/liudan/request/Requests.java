package io.liudan.request;

/** The kind of matter that a service request is. */
public final class Requests {

    /** Its key: the folder in {@code bpmn/}, and the process. */
    public static final String KIND = "six-orders";

    private Requests() {}
}
