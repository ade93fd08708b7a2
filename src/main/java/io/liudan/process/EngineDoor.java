package io.liudan.process;

import io.liudan.identity.Audit;
import io.liudan.identity.CallLimits;
import io.liudan.identity.Turns;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.stereotype.Component;

/**
 * What every call to the engine passes at either of its addresses: counted, admitted, in its turn, written down,
 * checked.
 */
@Component
class EngineDoor {

    private final CallLimits limits;
    private final Turns turns;
    private final Audit audit;
    private final EngineCallRules rules;

    EngineDoor(CallLimits limits, Turns turns, Audit audit, EngineCallRules rules) {
        this.limits = limits;
        this.turns = turns;
        this.audit = audit;
        this.rules = rules;
    }

    HttpSecurity guard(HttpSecurity http) {
        return http.addFilterBefore(limits.ofAccounts(), AuthorizationFilter.class)
                .addFilterAfter(turns.filter(), AuthorizationFilter.class)
                .addFilterAfter(new EngineCallAudit(audit), AuthorizationFilter.class)
                .addFilterAfter(rules, AuthorizationFilter.class);
    }
}
