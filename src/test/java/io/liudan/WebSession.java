package io.liudan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A browser's session without the browser: signs in through Keycloak's own page and keeps the cookies. */
public class WebSession {

    private static final Pattern PATH = Pattern.compile(";\\s*Path=([^;]+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern FORM = Pattern.compile("action=\"([^\"]+)\"");

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    /** Kept by hand: browsers send secure cookies to localhost, Java's cookie manager doesn't. */
    private final Map<String, Cookie> cookies = new LinkedHashMap<>();

    private final List<String> cookieLines = new ArrayList<>();
    private final String hub;

    private record Cookie(String name, String value, String path) {}

    public WebSession(String hub) {
        this.hub = hub;
    }

    /** @return where the browser ended, as an answer */
    public HttpResponse<String> signIn(String user) {
        return arrived(trySignIn(user));
    }

    /** Wherever that ends. */
    public HttpResponse<String> trySignIn(String user) {
        return fill(get("/camunda/app/tasklist/"), user);
    }

    /** With an agency's own account: a click on its name, and its own sign-in page. */
    public HttpResponse<String> signInAt(String agency, String user) {
        return arrived(trySignInAt(agency, user));
    }

    /** Wherever that ends. */
    public HttpResponse<String> trySignInAt(String agency, String user) {
        HttpResponse<String> page = get("/camunda/app/tasklist/");
        Matcher link = Pattern.compile("href=\"([^\"]*/broker/" + agency + "/login[^\"]*)\"")
                .matcher(page.body());
        if (!link.find()) {
            throw new IllegalStateException("No way to " + agency + " at " + page.uri());
        }
        return fill(
                exchange(HttpRequest.newBuilder(page.uri().resolve(link.group(1).replace("&amp;", "&")))
                        .header("Accept", "text/html")
                        .GET()),
                user);
    }

    private HttpResponse<String> arrived(HttpResponse<String> landed) {
        if (!landed.uri().toString().startsWith(hub)) {
            throw new IllegalStateException("Sign-in ended at " + landed.uri());
        }
        return landed;
    }

    private HttpResponse<String> fill(HttpResponse<String> page, String user) {
        Matcher form = FORM.matcher(page.body());
        if (!form.find()) {
            throw new IllegalStateException("No sign-in form at " + page.uri());
        }
        String fields = "username=" + URLEncoder.encode(user, StandardCharsets.UTF_8) + "&password=demo";
        return exchange(HttpRequest.newBuilder(URI.create(form.group(1).replace("&amp;", "&")))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(fields)));
    }

    /** As they were set, with what the browser is told about them. */
    public List<String> cookieLines() {
        return cookieLines;
    }

    public HttpResponse<String> get(String path) {
        return exchange(HttpRequest.newBuilder(URI.create(hub + path))
                .header("Accept", "text/html")
                .GET());
    }

    /** As the web apps call: with the CSRF token out of its cookie. */
    public HttpResponse<String> send(String method, String path, Object body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(hub + path))
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : Api.json(body));
        cookies.values().stream()
                .filter(cookie -> cookie.name().equals("XSRF-TOKEN"))
                .forEach(cookie -> request.header("X-XSRF-TOKEN", cookie.value()));
        request.header("Accept", headers.getOrDefault("Accept", "application/json"));
        headers.forEach((name, value) -> request.setHeader(name, value));
        return exchange(request);
    }

    private HttpResponse<String> exchange(HttpRequest.Builder request) {
        HttpResponse<String> response = once(request);
        for (int redirects = 0; response.statusCode() / 100 == 3 && redirects < 10; redirects++) {
            URI next = response.uri()
                    .resolve(response.headers().firstValue("Location").orElseThrow());
            response = once(
                    HttpRequest.newBuilder(next).header("Accept", "text/html").GET());
        }
        return response;
    }

    private HttpResponse<String> once(HttpRequest.Builder request) {
        String path = request.build().uri().getPath();
        String sent = cookies.values().stream()
                .filter(cookie -> path.startsWith(cookie.path()))
                .map(cookie -> cookie.name() + "=" + cookie.value())
                .collect(Collectors.joining("; "));
        if (!sent.isEmpty()) {
            request.header("Cookie", sent);
        }
        try {
            HttpResponse<String> response = http.send(
                    request.header("Accept-Language", "zh-CN")
                            .timeout(Duration.ofSeconds(60))
                            .build(),
                    BodyHandlers.ofString());
            response.headers().allValues("Set-Cookie").forEach(line -> {
                String[] cookie = line.split(";", 2)[0].split("=", 2);
                Matcher below = PATH.matcher(line);
                Cookie kept = new Cookie(cookie[0], cookie[1], below.find() ? below.group(1) : "/");
                cookies.put(kept.path() + " " + kept.name(), kept);
                cookieLines.add(line);
            });
            return response;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
