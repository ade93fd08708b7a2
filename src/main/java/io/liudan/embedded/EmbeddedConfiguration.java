package io.liudan.embedded;

import io.liudan.directory.CityDirectory;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.ConfigurableEnvironment;

@Configuration(proxyBeanMethods = false)
@Profile("embedded")
@EnableConfigurationProperties(EmbeddedProperties.class)
class EmbeddedConfiguration {

    /** The ports are asked for first, before anything is started that would have to be ended again. */
    @Bean(destroyMethod = "close")
    EmbeddedDatabase embeddedDatabase(EmbeddedProperties properties, @Value("${server.port}") int hubPort) {
        Ports.requireFree(hubPort, "the hub", "server.port");
        return new EmbeddedDatabase(properties);
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnProperty(name = "liudan.embedded.keycloak.enabled", matchIfMissing = true)
    EmbeddedKeycloak embeddedKeycloak(
            EmbeddedProperties properties,
            EmbeddedDatabase database,
            CityDirectory city,
            @Value("${liudan.embedded.realm:keycloak}") Path realmFolder,
            @Value("${liudan.web-url}") String webUrl) {
        Ports.requireFree(properties.keycloak().port(), "Keycloak", "liudan.embedded.keycloak.port");
        return new EmbeddedKeycloak(properties, database, new RealmFile(city), realmFolder, webUrl);
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnProperty(name = "liudan.embedded.simulators.enabled", matchIfMissing = true)
    EmbeddedSimulators embeddedSimulators(
            EmbeddedProperties properties,
            EmbeddedDatabase database,
            @Value("${liudan.web-url}") String webUrl,
            @Value("${liudan.identity.issuer}") String issuer,
            ConfigurableEnvironment environment) {
        EmbeddedProperties.Simulators ports = properties.simulators();
        Ports.requireFree(ports.port(), "the simulated departments", "liudan.embedded.simulators.port");
        Ports.requireFree(ports.sftpPort(), "the simulated SFTP server", "liudan.embedded.simulators.sftp-port");
        Ports.requireFree(ports.kafkaPort(), "Kafka", "liudan.embedded.simulators.kafka-port");
        return new EmbeddedSimulators(properties, database, webUrl, issuer, environment);
    }
}
