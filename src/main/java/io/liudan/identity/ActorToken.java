package io.liudan.identity;

import java.util.Collection;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.oauth2.jwt.Jwt;

/** The actor as principal, with the bearer token that told who it is; without one after a sign-in with a browser. */
class ActorToken extends AbstractAuthenticationToken {

    private final transient Actor actor;
    private final transient Jwt jwt;

    ActorToken(Actor actor, Jwt jwt, Collection<? extends GrantedAuthority> authorities) {
        super(authorities);
        this.actor = actor;
        this.jwt = jwt;
        setAuthenticated(true);
    }

    @Override
    public Actor getPrincipal() {
        return actor;
    }

    @Override
    public Jwt getCredentials() {
        return jwt;
    }

    @Override
    public String getName() {
        return actor.username();
    }
}
