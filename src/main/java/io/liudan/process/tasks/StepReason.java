package io.liudan.process.tasks;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Why a step can't go on, read from what the failure says: ids and words of the model, and nothing that people wrote.
 *
 * @param key of the message {@code stuck.reason.<key>}
 * @param args the message's values
 */
public record StepReason(String key, List<String> args) {

    /** For a failure that says nothing known; its value is the id under which the log has it. */
    static final String OTHER = "other";

    private static final String ID = "([A-Za-z0-9_.:-]{1,80})";
    /** The first that is found counts: what an expression called tells more than that it failed. */
    private static final Map<String, Pattern> READINGS = readings();

    private static Map<String, Pattern> readings() {
        Map<String, Pattern> readings = new LinkedHashMap<>();
        readings.put("no-desk", Pattern.compile("There is no desk for " + ID));
        readings.put("no-limit", Pattern.compile("The decision table " + ID + " has no rule for the step " + ID));
        readings.put("unknown-word", Pattern.compile("No enum constant io\\.liudan\\.request\\.\\w+\\." + ID));
        readings.put("unknown-name", Pattern.compile("Cannot resolve identifier '" + ID + "'"));
        readings.put("not-allowed", Pattern.compile("Expressions can't [^:]{1,30}: \\." + ID));
        readings.put("no-way-out", Pattern.compile("ENGINE-02004"));
        readings.put("no-process", Pattern.compile("no processes deployed with key '" + ID + "'"));
        readings.put("no-table", Pattern.compile("no decision definition deployed with key '" + ID + "'"));
        readings.put("table-fails", Pattern.compile("(?:DMN|FEEL/?\\w*)-\\d{5}|Unable to evaluate decision"));
        readings.put(
                "wrong-time",
                Pattern.compile("(?i)due ?date|duration|Cannot parse|couldn't parse|DateTimeParse|Invalid format"));
        readings.put("no-value", Pattern.compile("Unknown property|Unknown method|Error while evaluating expression"));
        return readings;
    }

    /** What the messages of a failure and its causes tell, if it is known. */
    public static Optional<StepReason> of(Throwable failure) {
        StringBuilder told = new StringBuilder();
        Set<Throwable> seen = new HashSet<>();
        for (Throwable cause = failure; cause != null && seen.add(cause); cause = cause.getCause()) {
            told.append(cause.getMessage()).append('\n');
        }
        return of(told.toString());
    }

    /** @param told messages, {@code null} for none */
    public static Optional<StepReason> of(String told) {
        if (told == null) {
            return Optional.empty();
        }
        for (Map.Entry<String, Pattern> reading : READINGS.entrySet()) {
            Matcher found = reading.getValue().matcher(told);
            if (found.find()) {
                return Optional.of(new StepReason(
                        reading.getKey(),
                        IntStream.rangeClosed(1, found.groupCount())
                                .mapToObj(found::group)
                                .toList()));
            }
        }
        return Optional.empty();
    }

    /** As one column of a table keeps it. */
    String written() {
        return String.join("\n", args);
    }

    static StepReason read(String key, String written) {
        return new StepReason(key, written.isEmpty() ? List.of() : List.of(written.split("\n")));
    }
}
