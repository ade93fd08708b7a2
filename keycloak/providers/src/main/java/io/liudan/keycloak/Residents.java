package io.liudan.keycloak;

import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserProvider;

/** Accounts of residents in the realm: a name that tells nothing, and the role. */
final class Residents {

    private static final String ROLE = "resident";

    private Residents() {}

    /**
     * Signs in the account that the hub named; at the first time the realm gets to know it.
     *
     * @return false when it is disabled
     */
    static boolean signIn(AuthenticationFlowContext context, String account) {
        if (!isResidents(account)) {
            throw new IllegalStateException("The hub named an account that is no resident's");
        }
        RealmModel realm = context.getRealm();
        // Of the realm itself: no agency's directory is asked for them.
        UserProvider users = context.getSession().getProvider(UserProvider.class);
        UserModel user = users.getUserByUsername(realm, account);
        if (user == null) {
            user = users.addUser(realm, account);
            user.setEnabled(true);
            user.grantRole(realm.getRole(ROLE));
        }
        if (!user.isEnabled()) {
            return false;
        }
        context.getEvent().user(user);
        context.setUser(user);
        context.success();
        return true;
    }

    /**
     * Names as the hub makes them ({@code io.liudan.identity.Residents}); whatever it answers, nobody else is signed in
     * by it.
     */
    static boolean isResidents(String account) {
        return account != null && account.matches("r-[a-z0-9]{14}");
    }
}
