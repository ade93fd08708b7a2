package io.liudan.process;

import java.util.List;
import java.util.Set;

/**
 * The topics of external tasks that somebody works on; answered by whoever does. A deployed model may use these and no
 * others.
 */
public interface KnownTopics {

    /**
     * What a topic asks for and gives.
     *
     * @param topic as models write it, for example {@code work-order-${department}}
     * @param name in Chinese, for those who choose it
     * @param inputs variables that it reads
     * @param outputs variables that it sets
     * @param errors codes of BPMN errors that it may end with
     */
    record Topic(String topic, String name, List<String> inputs, List<String> outputs, Set<String> errors) {}

    List<Topic> all();

    /** Names of the messages that routes hand to processes; {@code *} where one takes a name as it comes. */
    Set<String> messages();

    /** Names of the variables that routes hand to processes with messages, signals and starts. */
    Set<String> variables();

    /** Names of the signals that routes throw; {@code *} likewise. */
    Set<String> signals();
}
