package io.liudan.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.AuthenticationFlowError;
import org.keycloak.representations.idm.OAuth2ErrorRepresentation;

/**
 * A step at the token endpoint, for apps that have pages of their own: an answer is a token or an OAuth 2.0 error with
 * words for its reader.
 */
abstract class SignInGrant extends SignInStep {

    SignInGrant(String id, String name, String help) {
        super(id, name, help);
    }

    @Override
    public void action(AuthenticationFlowContext context) {
        authenticate(context);
    }

    static MultivaluedMap<String, String> form(AuthenticationFlowContext context) {
        return context.getHttpRequest().getDecodedFormParameters();
    }

    static void signIn(AuthenticationFlowContext context, Hub.Answer answer) {
        if (!answer.good()) {
            refuse(
                    context,
                    answer.status() == 429 ? 429 : answer.status() == 0 || answer.status() >= 500 ? 503 : 401,
                    answer.code().replace('-', '_'),
                    answer.words());
        } else if (!Residents.signIn(context, answer.account())) {
            refuse(context, 401, "account_disabled", "");
        }
    }

    /** How the wish for a code ended. */
    static void sent(AuthenticationFlowContext context, Hub.Answer sent) {
        if (sent.good()) {
            refuse(context, 401, "code_sent", "");
        } else {
            signIn(context, sent);
        }
    }

    /** An error that tells what to come again with. */
    static void refuse(AuthenticationFlowContext context, int status, String error, JsonNode more) {
        ObjectNode body = more.deepCopy();
        context.getEvent().error(error);
        context.failure(
                AuthenticationFlowError.INVALID_CREDENTIALS,
                Response.status(status)
                        .type(MediaType.APPLICATION_JSON_TYPE)
                        .entity(body.put("error", error))
                        .build());
    }

    static void refuse(AuthenticationFlowContext context, int status, String error, String words) {
        context.getEvent().error(error);
        context.failure(
                AuthenticationFlowError.INVALID_CREDENTIALS,
                Response.status(status)
                        .type(MediaType.APPLICATION_JSON_TYPE)
                        .entity(new OAuth2ErrorRepresentation(error, words))
                        .build());
    }
}
