package io.liudan.integration;

/**
 * A department's system answered that all is well, but not with what was agreed: nobody knows whether it took the
 * order.
 */
class UnexpectedAnswer extends Exception {

    /** It can't be read as JSON. */
    static final String NOT_JSON = "not-json";
    /** A page for people, as proxies and log-ins send it. */
    static final String WEB_PAGE = "web-page";
    /** Nothing came. */
    static final String EMPTY = "empty-answer";
    /** It can be read, and has no receipt. */
    static final String NO_RECEIPT = "no-receipt";

    private final String code;
    private final String answer;

    /** @param answer as it came, for whoever may see it masked; {@code null} for none */
    UnexpectedAnswer(String code, String answer) {
        super(code);
        this.code = code;
        this.answer = answer;
    }

    String code() {
        return code;
    }

    String answer() {
        return answer;
    }
}
