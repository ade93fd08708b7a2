package io.liudan.problem;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Component;

/** Puts a {@link Problem} into the words of its reader. */
@Component
public class ProblemTexts {

    private final MessageSource messages;

    ProblemTexts(MessageSource messages) {
        this.messages = messages;
    }

    /**
     * The problem as RFC 9457 wants it, in the language of the current request, with {@code errors[{field, reason,
     * code}]}.
     */
    public ProblemDetail render(Problem problem) {
        ProblemDetail detail = detail(problem.status(), problem.code(), problem.args());
        if (!problem.errors().isEmpty()) {
            detail.setProperty(
                    "errors", problem.errors().stream().map(this::error).toList());
        }
        return detail;
    }

    /** One sentence, for doors that have no room for more (the engine's own web apps). */
    public String sentence(Problem problem) {
        String detail = text("problem." + problem.code(), problem.args());
        List<String> reasons = problem.errors().stream()
                .map(error -> error.field() + ": " + reason(error))
                .toList();
        return reasons.isEmpty() ? detail : String.join("; ", reasons);
    }

    /** What somebody reads for whom something broke: the id by which the log has it. */
    public ProblemDetail failure(String id) {
        ProblemDetail detail = detail(500, "internal", id);
        detail.setProperty("failure", id);
        return detail;
    }

    ProblemDetail detail(int status, String code, Object... args) {
        ProblemDetail detail = ProblemDetail.forStatus(HttpStatusCode.valueOf(status));
        detail.setType(URI.create("urn:liudan:problem:" + code));
        detail.setTitle(text("problem." + code + ".title"));
        detail.setDetail(text("problem." + code, args));
        detail.setProperty("code", code);
        return detail;
    }

    private Map<String, Object> error(Problem.FieldError error) {
        return Map.of("field", error.field(), "code", error.reason(), "reason", reason(error));
    }

    private String reason(Problem.FieldError error) {
        return text("reason." + error.reason(), error.args());
    }

    private String text(String key, Object... args) {
        Locale locale = LocaleContextHolder.getLocale();
        return messages.getMessage(key, args, key, locale);
    }
}
