package io.liudan.matter;

import io.liudan.identity.Actor;
import java.util.Map;

/**
 * Code that a kind of matter has of its own, found as a Spring bean. Most kinds have none: a folder in {@code bpmn/}
 * says all about them. What is asked here joins the caller's transaction.
 */
public interface KindModule {

    /** The kind's key, as its manifest has it. */
    String kind();

    /** What the CloudEvents type of its events begins with, with the dot at the end. */
    String events();

    /** Fields of decisions that it acts on. */
    KindFields fields();

    /**
     * A desk decided.
     *
     * @param decision for example {@code MERGE}
     * @param fields that go with it, by name: texts, truth values, numbers, lists of texts
     */
    void decided(String code, String decision, Map<String, Object> fields);

    /**
     * Somebody makes a move that the kind's manifest declares. Checks who may and when, and does all that belongs to
     * it.
     *
     * @param fields that go with it, by name, each as its type has it
     */
    void moved(Actor actor, String code, String move, Map<String, Object> fields);

    /**
     * A matter as whoever began it reads it, in the words of the kind's own door.
     *
     * @return what is written as JSON
     */
    Object own(String code);
}
