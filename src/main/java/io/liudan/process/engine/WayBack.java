package io.liudan.process.engine;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.security.web.savedrequest.RequestCache;
import org.springframework.security.web.savedrequest.SavedRequest;
import org.springframework.security.web.savedrequest.SimpleSavedRequest;

/** Where somebody wanted to go who had to sign in first: a page of the web apps, in a cookie and in no session. */
class WayBack implements RequestCache {

    private static final String COOKIE = "WAY-BACK";
    private static final Pattern PAGES = Pattern.compile("/camunda/(?:app/[^\\s\\\\]*|assets/hub/[a-z]+\\.html)");
    private static final int LONGEST = 500;

    @Override
    public void saveRequest(HttpServletRequest request, HttpServletResponse response) {
        if (request.getMethod().equals("GET")
                && PAGES.matcher(request.getRequestURI()).matches()) {
            String query = request.getQueryString();
            set(response, request.getRequestURI() + (query == null ? "" : "?" + query));
        }
    }

    /** The address without a host: the browser is at the right one. */
    @Override
    public SavedRequest getRequest(HttpServletRequest request, HttpServletResponse response) {
        return Arrays.stream(Optional.ofNullable(request.getCookies()).orElse(new Cookie[0]))
                .filter(cookie -> cookie.getName().equals(COOKIE))
                .map(cookie -> URLDecoder.decode(cookie.getValue(), StandardCharsets.UTF_8))
                .filter(way -> PAGES.matcher(way.replaceFirst("\\?.*", "")).matches()
                        && way.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '\\'))
                .findFirst()
                .map(SimpleSavedRequest::new)
                .orElse(null);
    }

    @Override
    public HttpServletRequest getMatchingRequest(HttpServletRequest request, HttpServletResponse response) {
        return null;
    }

    @Override
    public void removeRequest(HttpServletRequest request, HttpServletResponse response) {
        set(response, "");
    }

    private static void set(HttpServletResponse response, String way) {
        if (way.length() <= LONGEST) {
            response.addHeader(
                    HttpHeaders.SET_COOKIE,
                    ResponseCookie.from(COOKIE, URLEncoder.encode(way, StandardCharsets.UTF_8))
                            .path("/")
                            .httpOnly(true)
                            .sameSite("Lax")
                            .maxAge(way.isEmpty() ? Duration.ZERO : Duration.ofMinutes(15))
                            .build()
                            .toString());
        }
    }
}
