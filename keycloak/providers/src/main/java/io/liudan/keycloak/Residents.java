package io.liudan.keycloak;

import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RoleModel;
import org.keycloak.models.UserModel;

/** Accounts of residents in the realm: a name that tells nothing, and the role. */
final class Residents {

    private static final String ROLE = "resident";

    private Residents() {
    }

    /**
     * Signs in the account that the hub named; at the first time the realm gets to know it.
     *
     * @return false when it is disabled
     */
    static boolean signIn(AuthenticationFlowContext context, String account) {
        RealmModel realm = context.getRealm();
        UserModel user = context.getSession().users().getUserByUsername(realm, account);
        if (user == null) {
            user = context.getSession().users().addUser(realm, account);
            user.setEnabled(true);
            RoleModel resident = realm.getRole(ROLE);
            user.grantRole(resident);
        }
        if (!user.isEnabled()) {
            return false;
        }
        context.getEvent().user(user);
        context.setUser(user);
        context.success();
        return true;
    }
}
