package io.liudan.embedded;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the embedded servers.
 *
 * @param directory where data, logs and process records live; kept over restarts
 * @param address where all of them, and the hub, listen; {@code 0.0.0.0} for every interface
 * @param postgresPort preferred port of PostgreSQL; the next free one is taken when it is in use
 * @param minimumSpace bytes that must be free below {@code directory} before anything starts
 * @param keycloak the identity server
 * @param simulators departments' own systems
 */
@ConfigurationProperties("liudan.embedded")
record EmbeddedProperties(
        @DefaultValue("var") Path directory,
        @DefaultValue("127.0.0.1") String address,
        @DefaultValue("5432") int postgresPort,
        @DefaultValue("500000000") long minimumSpace,
        @DefaultValue Keycloak keycloak,
        @DefaultValue Simulators simulators) {

    /**
     * @param enabled false to use a Keycloak that is already running
     * @param directory the unpacked distribution, as the build leaves it below {@code var/keycloak}
     * @param port its HTTP port
     * @param agencyInterval how often agencies are asked for their people who are signed in
     * @param adminPassword of the administrator of the realm {@code master}; empty for one that is made at the first
     *     start and shown once
     */
    record Keycloak(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("var/keycloak/keycloak") Path directory,
            @DefaultValue("8180") int port,
            @DefaultValue("30s") Duration agencyInterval,
            @DefaultValue("") String adminPassword) {}

    /**
     * @param enabled false without any
     * @param port of their page and of those that speak HTTP
     * @param sftpPort of the one that has files
     * @param kafkaPort of the broker
     */
    record Simulators(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("8290") int port,
            @DefaultValue("8291") int sftpPort,
            @DefaultValue("8292") int kafkaPort) {}

    Path resolve(String name) {
        return directory.toAbsolutePath().normalize().resolve(name);
    }
}
