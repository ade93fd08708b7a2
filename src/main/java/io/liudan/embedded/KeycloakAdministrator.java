package io.liudan.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who may administrate the embedded Keycloak: {@code admin} with a password that is made at the first start and shown
 * once, and the hub itself, with a client of its own whose secret lies beside the data. A Keycloak from before, whose
 * administrator had a known password, is given both.
 */
class KeycloakAdministrator {

    private static final String CLIENT = "liudan-embedded";
    private static final String USER = "admin";
    /** What versions before had. */
    private static final String KNOWN = "admin";

    private static final String MASTER = "master";
    private static final int BYTES = 18;

    private final Path file;
    private final String chosen;
    private final String secret;
    private String toShow;

    /**
     * @param file keeps the hub's own secret, and the password until it has been shown
     * @param chosen a password of the operator's; empty for one that is made
     */
    KeycloakAdministrator(Path file, String chosen) {
        this.file = file;
        this.chosen = chosen;
        List<String> kept = read();
        this.secret = kept.isEmpty() ? random() : kept.getFirst();
        this.toShow = kept.isEmpty() ? random() : kept.size() > 1 ? kept.get(1) : null;
        if (kept.isEmpty()) {
            write();
        }
    }

    /** For Keycloak's process, which reads it when it makes the realm {@code master}, and never again. */
    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("KC_BOOTSTRAP_ADMIN_CLIENT_ID", CLIENT);
        environment.put("KC_BOOTSTRAP_ADMIN_CLIENT_SECRET", secret);
        environment.put("KC_BOOTSTRAP_ADMIN_USERNAME", USER);
        environment.put("KC_BOOTSTRAP_ADMIN_PASSWORD", password());
        return environment;
    }

    private String password() {
        return !chosen.isEmpty() ? chosen : toShow != null ? toShow : random();
    }

    /** @throws KeycloakApi.Refused when neither the hub's client nor the known password opens anything */
    KeycloakApi api(String server) {
        KeycloakApi own = new KeycloakApi(server, MASTER, KeycloakApi.client(CLIENT, secret));
        try {
            own.get("");
            return own;
        } catch (KeycloakApi.Refused unknown) {
            takeOver(new KeycloakApi(server, MASTER, KeycloakApi.password(USER, KNOWN)));
            return own;
        }
    }

    private void takeOver(KeycloakApi before) {
        Map<String, Object> client = Map.of(
                "clientId",
                CLIENT,
                "secret",
                secret,
                "publicClient",
                false,
                "standardFlowEnabled",
                false,
                "serviceAccountsEnabled",
                true);
        String id = before.post("/clients", client).path("id").asText();
        String account = before.get("/clients/" + id + "/service-account-user")
                .path("id")
                .asText();
        before.post("/users/" + account + "/role-mappings/realm", List.of(before.get("/roles/admin")));
        String admin = before.get("/users?exact=true&username=" + USER)
                .path(0)
                .path("id")
                .asText();
        String fresh = password();
        before.put(
                "/users/" + admin + "/reset-password", Map.of("type", "password", "value", fresh, "temporary", false));
        if (chosen.isEmpty()) {
            toShow = fresh;
            write();
        }
    }

    /** The administrator's password, if nobody has seen it yet; from now on it is nowhere in clear. */
    Optional<String> showOnce() {
        Optional<String> shown = chosen.isEmpty() ? Optional.ofNullable(toShow) : Optional.empty();
        if (toShow != null) {
            toShow = null;
            write();
        }
        return shown;
    }

    private List<String> read() {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write() {
        try {
            Files.createDirectories(file.getParent());
            if (Files.notExists(file)
                    && file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.write(file, toShow == null ? List.of(secret) : List.of(secret, toShow));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String random() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
