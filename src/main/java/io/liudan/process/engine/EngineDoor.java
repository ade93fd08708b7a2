package io.liudan.process.engine;

import io.liudan.identity.Audit;
import io.liudan.identity.CallGuard;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.stereotype.Component;

/**
 * What every call to the engine passes at either of its addresses: counted, admitted, in its turn, written down,
 * checked.
 */
@Component
class EngineDoor {

    private final CallGuard calls;
    private final Audit audit;
    private final EngineCallRules rules;

    EngineDoor(CallGuard calls, Audit audit, EngineCallRules rules) {
        this.calls = calls;
        this.audit = audit;
        this.rules = rules;
    }

    HttpSecurity guard(HttpSecurity http) {
        return calls.guard(http)
                .addFilterAfter(new EngineCallAudit(audit), AuthorizationFilter.class)
                .addFilterAfter(rules, AuthorizationFilter.class);
    }
}
