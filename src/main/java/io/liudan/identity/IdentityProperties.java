package io.liudan.identity;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the identity server is.
 *
 * @param issuer the realm's public address, as it stands in tokens and as browsers reach it
 * @param backchannel the same realm as the hub itself reaches it; differs from the issuer inside a container network
 * @param audience whom tokens have to be for
 * @param directorySecret of the client that reads the realm's people
 */
@ConfigurationProperties("liudan.identity")
public record IdentityProperties(
        String issuer,
        String backchannel,
        @DefaultValue("liudan-hub") String audience,
        String directorySecret) {}
