package io.liudan.embedded;

import io.liudan.directory.CityDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/**
 * Writes the realm without demo people, for a Keycloak that is run separately: {@code ./mvnw -q -Prealm}. Where
 * {@code LIUDAN_KEYCLOAK_URL} names one that has the realm already, it is brought up to date there, with the client of
 * the realm {@code master} that {@code LIUDAN_KEYCLOAK_CLIENT} and {@code LIUDAN_KEYCLOAK_SECRET} name.
 */
public final class RealmExport {

    private RealmExport() {}

    public static void main(String[] args) throws IOException {
        String hub = System.getenv().getOrDefault("LIUDAN_WEB_URL", "http://localhost:8080");
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.getEnvironment()
                    .getPropertySources()
                    .addFirst(
                            new MapPropertySource("export", java.util.Map.of("liudan.city", "classpath:city/linxia/")));
            context.scan("io.liudan.directory");
            context.refresh();
            Path target = Path.of("target/keycloak/liudan-realm.json");
            new RealmFile(context.getBean(CityDirectory.class))
                    .write(Path.of("keycloak"), hub, target, Boolean.getBoolean("demo"));
            System.out.println("Wrote " + target + " for the hub at " + hub);
            if (System.getenv("LIUDAN_KEYCLOAK_URL") != null) {
                update(target);
            }
        }
    }

    private static void update(Path file) throws IOException {
        Map<String, String> settings = System.getenv();
        KeycloakApi api = new KeycloakApi(
                settings.get("LIUDAN_KEYCLOAK_URL").replaceFirst("/$", ""),
                "liudan",
                KeycloakApi.client(
                        settings.getOrDefault("LIUDAN_KEYCLOAK_CLIENT", ""),
                        settings.getOrDefault("LIUDAN_KEYCLOAK_SECRET", "")));
        try {
            List<String> done = new RealmUpdate(api, settings).apply(RealmUpdate.tree(Files.readString(file)));
            System.out.println(done.isEmpty() ? "The realm was up to date" : "Brought up to date: " + done);
        } catch (KeycloakApi.Refused refused) {
            System.err.println("The realm can't be brought up to date: " + refused.getMessage());
            System.exit(1);
        }
    }
}
