package io.liudan.camunda7;

import java.util.regex.Pattern;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;

/**
 * The W3C trace context of a task (https://www.w3.org/TR/trace-context/): that of its process, or one made of the ids
 * of instance and task.
 */
final class TraceParent {

    private static final Pattern VALID = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private TraceParent() {}

    /** All calls of one process instance share a trace, whether or not whoever started it sent one. */
    static String of(LockedExternalTask task) {
        Object carried = task.getVariables().get(Camunda7Headers.TRACE_PARENT);
        String span = hex(task.getId(), 16);
        if (carried instanceof String trace && VALID.matcher(trace).matches()) {
            return trace.substring(0, 36) + span + trace.substring(52);
        }
        return "00-" + hex(task.getProcessInstanceId(), 32) + "-" + span + "-01";
    }

    /** Ids are UUIDs by default; of any other one, its hash fills the place. */
    private static String hex(String id, int length) {
        String digits = id.replace("-", "").toLowerCase();
        if (digits.length() >= length
                && digits.matches("[0-9a-f]+")
                && !digits.substring(0, length).matches("0+")) {
            return digits.substring(0, length);
        }
        return String.format("%08x", id.hashCode() | 1).repeat(length / 8);
    }
}
