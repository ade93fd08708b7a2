package io.liudan.problem;

import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Writes a failure into the log so that whoever is told its id finds it: the chain of its causes, each with where it
 * happened. What exceptions say may quote what people wrote, so their messages are masked: by the hub's redactor, and
 * beyond it whatever isn't plain ASCII or is a longer number; databases and parsers quote whole rows, so of theirs only
 * the code is written.
 */
@Component
public class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
    private static final int ID_BYTES = 6;
    private static final int FRAMES = 20;
    private static final int CAUSES = 8;
    private static final int MESSAGE_LIMIT = 300;
    private static final Pattern WORDS = Pattern.compile("[^\\x20-\\x7e]+");
    private static final Pattern NUMBERS = Pattern.compile("[0-9][0-9 -]{5,}");
    private static final Pattern QUOTED = Pattern.compile("'[^']{1,200}'|\"[^\"]{1,200}\"");
    /** Their messages quote what was read or written. */
    private static final Pattern QUOTING = Pattern.compile(
            "com\\.fasterxml\\..*|org\\.apache\\.ibatis\\..*|org\\.springframework\\.(?:dao|jdbc)\\..*");

    private final SecureRandom random = new SecureRandom();
    private final ObjectProvider<Masking> masking;

    Failures(ObjectProvider<Masking> masking) {
        this.masking = masking;
    }

    /** Takes out of a text what tells who somebody is. */
    public interface Masking {

        String masked(String text);
    }

    /**
     * @param where what was called, without anybody's words, for example {@code POST /api/v1/requests}
     * @return the id under which the log has it
     */
    public String log(String where, Throwable failure) {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        String id = HexFormat.of().formatHex(bytes);
        LOG.error("Failure {} at {}{}", id, where, chain(failure));
        return id;
    }

    private String chain(Throwable failure) {
        StringBuilder chain = new StringBuilder();
        Set<Throwable> seen = new HashSet<>();
        for (Throwable cause = failure;
                cause != null && seen.size() < CAUSES && seen.add(cause);
                cause = cause.getCause()) {
            chain.append(System.lineSeparator())
                    .append(seen.size() == 1 ? "" : "caused by ")
                    .append(cause.getClass().getName())
                    .append(": ")
                    .append(message(cause));
            StackTraceElement[] frames = cause.getStackTrace();
            for (int i = 0; i < Math.min(FRAMES, frames.length); i++) {
                chain.append(System.lineSeparator()).append("    at ").append(frames[i]);
            }
        }
        return chain.toString();
    }

    private String message(Throwable cause) {
        if (cause instanceof SQLException sql) {
            return "SQLSTATE " + sql.getSQLState();
        }
        String message = cause.getMessage();
        if (message == null || QUOTING.matcher(cause.getClass().getName()).matches()) {
            return "";
        }
        String shortened = message.substring(0, Math.min(MESSAGE_LIMIT, message.length()));
        Masking redactor = masking.getIfAvailable();
        String masked = redactor == null ? shortened : redactor.masked(shortened);
        String plain = QUOTED.matcher(masked).replaceAll("'…'");
        return NUMBERS.matcher(WORDS.matcher(plain).replaceAll("…")).replaceAll("…");
    }
}
