package io.liudan.embedded;

import io.liudan.directory.CityDirectory;
import java.nio.file.Path;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** Writes the realm without demo people, for a Keycloak that is run separately: {@code ./mvnw -q -Prealm}. */
public final class RealmExport {

    private RealmExport() {}

    public static void main(String[] args) {
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
        }
    }
}
