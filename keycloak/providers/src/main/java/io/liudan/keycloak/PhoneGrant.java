package io.liudan.keycloak;

import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Map;
import org.keycloak.authentication.AuthenticationFlowContext;

/** {@code phone} alone sends a code and is answered {@code code_sent}; {@code phone} with {@code code} signs in. */
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
        if (form.containsKey("code")) {
            signIn(
                    context,
                    Hub.ask(
                            context,
                            "phone",
                            Map.of("address", address(context), "phone", phone, "code", form.getFirst("code"))));
            return;
        }
        Hub.Answer sent = Hub.ask(context, "codes", Map.of("phone", phone, "address", address(context)));
        if (sent.good()) {
            refuse(context, 401, "code_sent", "");
        } else {
            signIn(context, sent);
        }
    }
}
