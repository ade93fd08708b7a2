package io.liudan.identity;

import java.util.List;
import java.util.Set;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** In production nobody starts with a secret that everybody can read in this project. */
@Component
@Profile("production")
class KnownSecrets {

    private static final Set<String> KNOWN = Set.of(
            "",
            "demo",
            "liudan",
            "liudan-web-secret",
            "liudan-link-secret",
            "liudan-monitor-secret",
            "liudan-directory-secret",
            "bGl1ZGFuLWRlbW8ta2V5LWtub3duLXRvLWFueW9uZSE=");
    private static final List<String> SECRETS = List.of(
            "liudan.privacy.master-key",
            "liudan.integration.link-secret",
            "liudan.identity.directory-secret",
            "spring.security.oauth2.client.registration.keycloak.client-secret");

    /** @throws IllegalStateException naming the setting, never its value */
    KnownSecrets(Environment settings) {
        SECRETS.stream()
                .filter(secret ->
                        KNOWN.contains(settings.getProperty(secret, "").strip()))
                .findFirst()
                .ifPresent(secret -> {
                    throw new IllegalStateException("In production " + secret
                            + " has to be a secret of your own; the one of the embedded shape is known to everybody");
                });
    }
}
