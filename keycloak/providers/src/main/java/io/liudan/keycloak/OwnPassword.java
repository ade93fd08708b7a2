package io.liudan.keycloak;

import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.AuthenticationFlowError;
import org.keycloak.events.Errors;
import org.keycloak.models.UserModel;

/**
 * After a password: refuses whoever has another way in. Somebody whom their agency sends, and a resident, could set a
 * password of their own in Keycloak's account pages and go on with it after the agency removed them, or after the phone
 * changed hands.
 */
public class OwnPassword extends SignInStep {

    /** For Keycloak's service loader. */
    public OwnPassword() {
        super("liudan-own-password", "只限本平台账号", "Passwords only for those who have no other way in");
    }

    @Override
    public boolean requiresUser() {
        return true;
    }

    @Override
    public void authenticate(AuthenticationFlowContext context) {
        UserModel user = context.getUser();
        if (Residents.isResidents(user.getUsername())
                || context.getSession()
                        .users()
                        .getFederatedIdentitiesStream(context.getRealm(), user)
                        .findAny()
                        .isPresent()) {
            context.getEvent().error(Errors.INVALID_USER_CREDENTIALS);
            context.failure(AuthenticationFlowError.INVALID_USER);
        } else {
            context.success();
        }
    }

    @Override
    public void action(AuthenticationFlowContext context) {
        authenticate(context);
    }
}
