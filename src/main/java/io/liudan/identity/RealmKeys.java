package io.liudan.identity;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.jwk.source.URLBasedJWKSetSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.ResourceRetriever;
import java.net.URL;
import java.util.List;

/**
 * The realm's signing keys, and whether it answered when it was asked for them last. While it doesn't, known keys go
 * on, and of one that isn't known nobody can say whether the realm has made it meanwhile.
 */
class RealmKeys extends URLBasedJWKSetSource<SecurityContext> {

    private volatile boolean answered = true;

    RealmKeys(URL url, ResourceRetriever retriever) {
        super(url, retriever);
    }

    @Override
    public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator evaluator, long now, SecurityContext context)
            throws KeySourceException {
        try {
            JWKSet keys = super.getJWKSet(evaluator, now, context);
            answered = true;
            return keys;
        } catch (KeySourceException away) {
            answered = false;
            throw away;
        }
    }

    /**
     * A key that isn't found is told to be out of reach while the realm is. Where it was asked a moment ago and isn't
     * asked again so soon, its last answer counts.
     *
     * @param remembered keeps what was fetched here
     */
    JWKSource<SecurityContext> knownOrTold(JWKSource<SecurityContext> remembered) {
        return (selector, context) -> {
            List<JWK> found;
            try {
                found = remembered.get(selector, context);
            } catch (RateLimitReachedException askedJustNow) {
                found = List.of();
            }
            if (found.isEmpty() && !answered) {
                throw new JWKSetUnavailableException("The realm can't be asked for a key that isn't known");
            }
            return found;
        };
    }
}
