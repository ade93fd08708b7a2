package io.liudan.identity;

import io.liudan.problem.StartupProblem;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Profiles;

/**
 * What production needs to be set, looked at before anything is started and before anything is written: all that is
 * missing or known to everybody is told at once, by the name of its setting and never by its value.
 */
class ProductionSettings implements EnvironmentPostProcessor, Ordered {

    private static final int SHORTEST_SECRET = 16;
    private static final int MASTER_KEY_BYTES = 32;
    private static final Set<String> KNOWN = Set.of(
            "demo",
            "liudan",
            "liudan-web-secret",
            "liudan-link-secret",
            "liudan-monitor-secret",
            "liudan-directory-secret",
            "bGl1ZGFuLWRlbW8ta2V5LWtub3duLXRvLWFueW9uZSE=");

    /** Environment variables by the setting that they fill. */
    private static final Map<String, String> SECRETS = Map.of(
            "liudan.privacy.master-key", "LIUDAN_MASTER_KEY",
            "liudan.integration.link-secret", "LIUDAN_LINK_SECRET",
            "liudan.identity.directory-secret", "LIUDAN_DIRECTORY_SECRET",
            "spring.security.oauth2.client.registration.keycloak.client-secret", "LIUDAN_WEB_SECRET");

    private static final Map<String, String> ADDRESSES = Map.of(
            "liudan.web-url",
            "LIUDAN_WEB_URL",
            "liudan.identity.issuer",
            "LIUDAN_IDENTITY_ISSUER",
            "liudan.identity.backchannel",
            "LIUDAN_IDENTITY_BACKCHANNEL");

    private static final Map<String, String> DATABASE = Map.of(
            "spring.datasource.url", "LIUDAN_DATABASE_URL",
            "spring.datasource.username", "LIUDAN_DATABASE_USER",
            "spring.datasource.password", "LIUDAN_DATABASE_PASSWORD");

    /** Behind the files of settings. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        if (environment.acceptsProfiles(Profiles.of("production"))) {
            List<String> faults = faults(environment);
            if (!faults.isEmpty()) {
                throw new StartupProblem(
                        "The hub can't start in production: " + String.join("; ", faults) + ".",
                        "docs/operator.md lists the settings. Nothing was written.");
            }
        }
    }

    static List<String> faults(ConfigurableEnvironment environment) {
        List<String> faults = new ArrayList<>();
        DATABASE.forEach((setting, variable) -> {
            if (value(environment, setting).isEmpty()) {
                faults.add(variable + " is not set");
            }
        });
        ADDRESSES.forEach((setting, variable) -> {
            if (!isAddress(value(environment, setting))) {
                faults.add(variable + " is no address that begins with http:// or https://");
            }
        });
        SECRETS.forEach((setting, variable) -> {
            String secret = value(environment, setting);
            if (secret.isEmpty()) {
                faults.add(variable + " is not set");
            } else if (KNOWN.contains(secret)) {
                faults.add(variable + " is the one of the embedded shape, which everybody knows");
            } else if (setting.endsWith("master-key") ? !isKey(secret) : secret.length() < SHORTEST_SECRET) {
                faults.add(
                        setting.endsWith("master-key")
                                ? variable + " is not 32 bytes in Base64"
                                : variable + " has less than " + SHORTEST_SECRET + " characters");
            }
        });
        return faults.stream().sorted().toList();
    }

    /** Empty for what isn't set: an environment variable that is missing leaves its placeholder. */
    private static String value(ConfigurableEnvironment environment, String setting) {
        try {
            String value = environment.getProperty(setting, "").strip();
            return value.contains("${") ? "" : value;
        } catch (IllegalArgumentException unresolved) {
            return "";
        }
    }

    private static boolean isAddress(String text) {
        try {
            URI address = URI.create(text);
            return address.getHost() != null && Set.of("http", "https").contains(String.valueOf(address.getScheme()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isKey(String text) {
        try {
            return Base64.getDecoder().decode(text).length == MASTER_KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
