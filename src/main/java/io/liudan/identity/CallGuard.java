package io.liudan.identity;

import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.stereotype.Component;

/** What every call with a token passes: known by a deploy key in its place, counted, and let on in its turn. */
@Component
public class CallGuard {

    private final DeployKeyFilter deployKeys;
    private final CallLimits limits;
    private final Turns turns;

    CallGuard(DeployKeyFilter deployKeys, CallLimits limits, Turns turns) {
        this.deployKeys = deployKeys;
        this.limits = limits;
        this.turns = turns;
    }

    public HttpSecurity guard(HttpSecurity http) {
        return http.addFilterBefore(deployKeys, BearerTokenAuthenticationFilter.class)
                .addFilterBefore(limits.ofAccounts(), AuthorizationFilter.class)
                .addFilterAfter(turns.filter(), AuthorizationFilter.class);
    }
}
