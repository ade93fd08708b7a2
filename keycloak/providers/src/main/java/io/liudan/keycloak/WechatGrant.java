package io.liudan.keycloak;

import jakarta.ws.rs.core.MultivaluedMap;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.keycloak.authentication.AuthenticationFlowContext;

/**
 * {@code js_code} of the mini-program's {@code wx.login} signs in who is known by it. Who isn't yet is answered
 * {@code phone_required}, comes again with a new {@code js_code} and {@code phone} to have a code sent, and once more
 * with a new {@code js_code}, {@code phone} and that {@code code}: one account for both.
 */
public class WechatGrant extends SignInGrant {

    /** For Keycloak's service loader. */
    public WechatGrant() {
        super("liudan-wechat-grant", "微信小程序", "WeChat mini-program login at the token endpoint");
    }

    @Override
    public void authenticate(AuthenticationFlowContext context) {
        MultivaluedMap<String, String> form = form(context);
        String code = form.getFirst("js_code");
        if (code == null) {
            context.attempted();
            return;
        }
        Hub.Answer attempt = Hub.ask(context, "attempts", Map.of("address", address(context)));
        if (!attempt.good()) {
            signIn(context, attempt);
            return;
        }
        String openid;
        try {
            openid = Wechat.openid(code);
        } catch (Wechat.Refused refused) {
            refuse(context, refused.busy() ? 503 : 401, refused.getMessage(), "");
            return;
        } catch (IOException unreachable) {
            refuse(context, 503, "wechat_unavailable", "");
            return;
        }
        if (form.containsKey("phone") && !form.containsKey("code")) {
            // WeChat vouches for who asks: nothing else has to be done before a text is sent.
            sent(
                    context,
                    Hub.ask(
                            context,
                            "codes",
                            Map.of("phone", form.getFirst("phone"), "address", address(context), "openid", openid)));
            return;
        }
        Map<String, String> question = new HashMap<>(Map.of("address", address(context), "openid", openid));
        if (form.containsKey("phone") && form.containsKey("code")) {
            question.put("phone", form.getFirst("phone"));
            question.put("code", form.getFirst("code"));
            if (form.containsKey("challenge")) {
                question.put("challenge", form.getFirst("challenge"));
            }
        }
        signIn(context, Hub.ask(context, "wechat", question));
    }
}
