package io.liudan.camunda7;

/** Makes a text fit to be read by operators: what an incident or a dead letter shows of a message. */
@FunctionalInterface
public interface Masking {

    /** Shows nothing but the length; an application that knows its messages shows more. */
    Masking ALL = text -> text == null ? "" : "(" + text.length() + " characters)";

    /** @param text a body or the message of an exception, or null */
    String mask(String text);
}
