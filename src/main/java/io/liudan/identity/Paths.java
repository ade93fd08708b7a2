package io.liudan.identity;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;

/** Where a call goes. */
public final class Paths {

    private Paths() {}

    /**
     * The path as servlets read it, decoded, and not as somebody wrote it: {@code /%65ngine-rest} is
     * {@code /engine-rest}.
     */
    public static String of(HttpServletRequest request) {
        return request.getServletPath() + Objects.requireNonNullElse(request.getPathInfo(), "");
    }
}
