package io.liudan.process.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.liudan.identity.Vault;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.security.jackson2.SecurityJackson2Modules;
import org.springframework.security.oauth2.client.jackson2.OAuth2ClientJackson2Module;
import org.springframework.security.oauth2.client.web.AuthorizationRequestRepository;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;

/**
 * Keeps what belongs to a sign-in that is under way in a sealed cookie of the browser that began it, so that whoever
 * only knocks leaves no session behind: a session begins with signing in.
 */
class SignInState implements AuthorizationRequestRepository<OAuth2AuthorizationRequest> {

    private static final String COOKIE = "SIGN-IN";
    private static final String PLACE = "sign-in";
    private static final Duration LIFE = Duration.ofMinutes(15);

    private final Vault vault;
    private final boolean secure;
    private final ObjectMapper json = new ObjectMapper();

    /** @param secure whether browsers send the cookie over TLS only, as they do the session's */
    SignInState(Vault vault, boolean secure) {
        this.vault = vault;
        this.secure = secure;
        json.registerModules(SecurityJackson2Modules.getModules(SignInState.class.getClassLoader()));
        json.registerModule(new OAuth2ClientJackson2Module());
    }

    @Override
    public OAuth2AuthorizationRequest loadAuthorizationRequest(HttpServletRequest request) {
        return kept(request)
                .filter(begun -> begun.getState().equals(request.getParameter(OAuth2ParameterNames.STATE)))
                .orElse(null);
    }

    @Override
    public void saveAuthorizationRequest(
            OAuth2AuthorizationRequest begun, HttpServletRequest request, HttpServletResponse response) {
        try {
            response.addHeader(
                    HttpHeaders.SET_COOKIE,
                    cookie(begun == null ? "" : vault.seal(json.writeValueAsString(begun), PLACE))
                            .maxAge(begun == null ? Duration.ZERO : LIFE)
                            .build()
                            .toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public OAuth2AuthorizationRequest removeAuthorizationRequest(
            HttpServletRequest request, HttpServletResponse response) {
        OAuth2AuthorizationRequest begun = loadAuthorizationRequest(request);
        if (begun != null) {
            saveAuthorizationRequest(null, request, response);
        }
        return begun;
    }

    private ResponseCookie.ResponseCookieBuilder cookie(String value) {
        return ResponseCookie.from(secure ? "__Host-" + COOKIE : COOKIE, value)
                .path("/")
                .httpOnly(true)
                .secure(secure)
                .sameSite("Lax");
    }

    private Optional<OAuth2AuthorizationRequest> kept(HttpServletRequest request) {
        return Arrays.stream(Optional.ofNullable(request.getCookies()).orElse(new Cookie[0]))
                .filter(cookie -> cookie.getName().equals(secure ? "__Host-" + COOKIE : COOKIE))
                .findFirst()
                .flatMap(cookie -> opened(cookie.getValue()));
    }

    /** Nothing is read that the hub itself didn't seal. */
    private Optional<OAuth2AuthorizationRequest> opened(String sealed) {
        try {
            String begun = vault.open(sealed, PLACE);
            return begun.equals(sealed)
                    ? Optional.empty()
                    : Optional.of(json.readValue(begun, OAuth2AuthorizationRequest.class));
        } catch (JsonProcessingException | IllegalStateException notOurs) {
            return Optional.empty();
        }
    }
}
