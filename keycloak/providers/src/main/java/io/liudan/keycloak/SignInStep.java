package io.liudan.keycloak;

import java.util.List;
import org.keycloak.Config;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.Authenticator;
import org.keycloak.authentication.AuthenticatorFactory;
import org.keycloak.models.AuthenticationExecutionModel.Requirement;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.provider.ProviderConfigProperty;

/** A step that finds out who somebody is. It keeps nothing of its own, and is its own factory. */
abstract class SignInStep implements Authenticator, AuthenticatorFactory {

    /** What Keycloak keeps of a step that asked for a code. */
    static final String PHONE = "liudan.phone";

    private final String id;
    private final String name;
    private final String help;

    SignInStep(String id, String name, String help) {
        this.id = id;
        this.name = name;
        this.help = help;
    }

    /** From where somebody calls. */
    static String address(AuthenticationFlowContext context) {
        return context.getConnection().getRemoteAddr();
    }

    @Override
    public String getId() {
        return id;
    }

    @Override
    public String getDisplayType() {
        return name;
    }

    @Override
    public String getHelpText() {
        return help;
    }

    @Override
    public String getReferenceCategory() {
        return null;
    }

    @Override
    public Authenticator create(KeycloakSession session) {
        return this;
    }

    @Override
    public Requirement[] getRequirementChoices() {
        return new Requirement[] {Requirement.REQUIRED, Requirement.ALTERNATIVE, Requirement.DISABLED};
    }

    @Override
    public boolean isConfigurable() {
        return false;
    }

    @Override
    public List<ProviderConfigProperty> getConfigProperties() {
        return List.of();
    }

    @Override
    public boolean isUserSetupAllowed() {
        return false;
    }

    @Override
    public boolean requiresUser() {
        return false;
    }

    @Override
    public boolean configuredFor(KeycloakSession session, RealmModel realm, UserModel user) {
        return true;
    }

    @Override
    public void setRequiredActions(KeycloakSession session, RealmModel realm, UserModel user) {
        // None: whoever has a phone needs nothing else.
    }

    @Override
    public void init(Config.Scope config) {
        // Settings come from the environment.
    }

    @Override
    public void postInit(KeycloakSessionFactory factory) {
        // Needs no other.
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
