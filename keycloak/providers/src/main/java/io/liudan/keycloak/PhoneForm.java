package io.liudan.keycloak;

import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Map;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.AuthenticationFlowError;
import org.keycloak.forms.login.LoginFormsProvider;
import org.keycloak.models.utils.FormMessage;

/** Phone number and one-time code, on two pages ({@code phone.ftl}, {@code phone-code.ftl}). */
public class PhoneForm extends SignInStep {

    private static final String NUMBER = "phone";
    private static final String CODE = "code";
    private static final String CHALLENGE = "liudan.challenge";
    /** How the number is shown again; the number itself is never in a page. */
    private static final int SHOWN = 4;

    /** For Keycloak's service loader. */
    public PhoneForm() {
        super("liudan-phone", "手机验证码", "Phone number and one-time code");
    }

    @Override
    public void authenticate(AuthenticationFlowContext context) {
        context.challenge(context.form().createForm("phone.ftl"));
    }

    @Override
    public void action(AuthenticationFlowContext context) {
        MultivaluedMap<String, String> form = context.getHttpRequest().getDecodedFormParameters();
        String phone = context.getAuthenticationSession().getAuthNote(PHONE);
        if (form.containsKey("other")) {
            context.getAuthenticationSession().removeAuthNote(PHONE);
            authenticate(context);
        } else if (form.containsKey(NUMBER)) {
            ask(context, form.getFirst(NUMBER));
        } else if (phone == null) {
            authenticate(context);
        } else if (form.containsKey("again")) {
            ask(context, phone);
        } else if (form.containsKey("work")) {
            send(context, phone, form.getFirst("work"));
        } else {
            check(context, phone, form.getFirst(CODE));
        }
    }

    /** The browser is given something to do first ({@code phone-work.ftl}). */
    private static void ask(AuthenticationFlowContext context, String phone) {
        Hub.Answer answer = Hub.ask(
                context,
                "work",
                Map.of("phone", phone == null ? "" : phone, "address", address(context), "browser", browser(context)));
        if (!answer.good()) {
            context.challenge(errors(context.form(), NUMBER, answer).createForm("phone.ftl"));
            return;
        }
        String challenge = answer.body().path("challenge").asText();
        context.getAuthenticationSession().setAuthNote(PHONE, phone);
        context.getAuthenticationSession().setAuthNote(CHALLENGE, challenge);
        context.challenge(context.form()
                .setAttribute("challenge", challenge)
                .setAttribute("bits", answer.body().path("bits").asInt())
                .createForm("phone-work.ftl"));
    }

    private static void send(AuthenticationFlowContext context, String phone, String work) {
        String challenge = context.getAuthenticationSession().getAuthNote(CHALLENGE);
        context.getAuthenticationSession().removeAuthNote(CHALLENGE);
        Hub.Answer answer = Hub.ask(
                context,
                "codes",
                Map.of(
                        "phone",
                        phone,
                        "address",
                        address(context),
                        "challenge",
                        challenge == null ? "" : challenge,
                        "work",
                        work));
        if (answer.good()) {
            context.challenge(codePage(context, phone, null));
        } else if (answer.code().equals("code-just-sent")) {
            // Whoever went back and asks once more has a code already.
            context.challenge(codePage(context, phone, answer));
        } else {
            context.getAuthenticationSession().removeAuthNote(PHONE);
            context.challenge(errors(context.form(), NUMBER, answer).createForm("phone.ftl"));
        }
    }

    /** The same browser has the same one, for as long as it is signing in. */
    private static String browser(AuthenticationFlowContext context) {
        return context.getAuthenticationSession().getParentSession().getId();
    }

    private static void check(AuthenticationFlowContext context, String phone, String code) {
        Hub.Answer answer = Hub.ask(
                context,
                "phone",
                Map.of(
                        "address",
                        address(context),
                        "browser",
                        browser(context),
                        "phone",
                        phone,
                        "code",
                        code == null ? "" : code.strip()));
        if (!answer.good()) {
            context.getEvent().error("invalid_code");
            context.failureChallenge(AuthenticationFlowError.INVALID_CREDENTIALS, codePage(context, phone, answer));
        } else if (!Residents.signIn(context, answer.account())) {
            context.failure(AuthenticationFlowError.USER_DISABLED);
        }
    }

    private static jakarta.ws.rs.core.Response codePage(
            AuthenticationFlowContext context, String phone, Hub.Answer refusal) {
        LoginFormsProvider form = context.form()
                .setAttribute("shown", phone.length() > SHOWN ? "…" + phone.substring(phone.length() - SHOWN) : "…");
        return (refusal == null ? form : errors(form, CODE, refusal)).createForm("phone-code.ftl");
    }

    private static LoginFormsProvider errors(LoginFormsProvider form, String field, Hub.Answer refusal) {
        // The hub's words stand as they are: they are no key of a message, and hold no placeholders.
        return form.addError(
                refusal.words().isEmpty()
                        ? new FormMessage(field, "hubUnavailable")
                        : new FormMessage(field, "hubSays", refusal.words()));
    }
}
