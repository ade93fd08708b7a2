package io.liudan.keycloak;

import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Map;
import java.util.UUID;
import org.keycloak.authentication.AuthenticationFlowContext;

/**
 * {@code phone} alone is answered {@code work_required}, with a {@code challenge} and {@code bits}; with
 * {@code challenge} and the {@code work} found for it a code is sent, {@code code_sent}; with {@code challenge} and
 * {@code code} it signs in.
 */
public class PhoneGrant extends SignInGrant {

    /** For Keycloak's service loader. */
    public PhoneGrant() {
        super("liudan-phone-grant", "手机验证码（接口）", "Phone number and one-time code at the token endpoint");
    }

    @Override
    public void authenticate(AuthenticationFlowContext context) {
        MultivaluedMap<String, String> form = form(context);
        String phone = form.getFirst("phone");
        if (phone == null) {
            refuse(context, 400, "invalid_request", "phone");
            return;
        }
        String challenge = form.getFirst("challenge");
        if (challenge == null) {
            Hub.Answer work = Hub.ask(
                    context,
                    "work",
                    Map.of(
                            "phone",
                            phone,
                            "address",
                            address(context),
                            "browser",
                            UUID.randomUUID().toString()));
            if (work.good()) {
                refuse(context, 401, "work_required", work.body());
            } else {
                signIn(context, work);
            }
        } else if (form.containsKey("code")) {
            signIn(
                    context,
                    Hub.ask(
                            context,
                            "phone",
                            Map.of(
                                    "address",
                                    address(context),
                                    "challenge",
                                    challenge,
                                    "phone",
                                    phone,
                                    "code",
                                    form.getFirst("code"))));
        } else {
            String work = form.getFirst("work");
            sent(
                    context,
                    Hub.ask(
                            context,
                            "codes",
                            Map.of(
                                    "phone",
                                    phone,
                                    "address",
                                    address(context),
                                    "challenge",
                                    challenge,
                                    "work",
                                    work == null ? "" : work)));
        }
    }
}
