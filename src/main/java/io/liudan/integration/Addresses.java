package io.liudan.integration;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.security.web.util.matcher.IpAddressMatcher;
import org.springframework.stereotype.Component;

/**
 * Which addresses departments' systems may have. Public ones are allowed; of this machine, of private networks and
 * link-local ones only those that {@code camel-routes/addresses.yaml} lists, and never the hub itself: whoever may
 * write a department's file would else read what only the hub's own network can see.
 */
@Component
class Addresses {

    private static final Pattern JDBC = Pattern.compile("jdbc:[a-z0-9]+:(?://)?([^/?;]+).*");
    private static final int MASK = 0xFE;
    private static final int UNIQUE_LOCAL = 0xFC;
    /** Shared by providers and their customers (RFC 6598). */
    private static final IpAddressMatcher SHARED = new IpAddressMatcher("100.64.0.0/10");

    private final List<IpAddressMatcher> allowed;
    private final int hubsPort;

    private record Listed(List<String> allowed) {}

    Addresses(IntegrationProperties properties, ResourceLoader files, @Value("${server.port}") int hubsPort)
            throws IOException {
        this.hubsPort = hubsPort;
        List<IpAddressMatcher> networks = new ArrayList<>();
        for (String location : properties.addresses()) {
            Resource file = files.getResource(location);
            if (file.exists()) {
                try (InputStream in = file.getInputStream()) {
                    new ObjectMapper(new YAMLFactory())
                            .readValue(in, Listed.class)
                            .allowed()
                            .forEach(network -> networks.add(new IpAddressMatcher(network)));
                }
                break;
            }
        }
        this.allowed = List.copyOf(networks);
    }

    /**
     * Whether an address is refused.
     *
     * @param kind url, host, jdbc or brokers
     * @return the host that isn't allowed; empty if all are, or can't be found now
     */
    Optional<String> refusal(String kind, String text) {
        for (String place : places(kind, text)) {
            int colon = place.lastIndexOf(':');
            boolean port = colon > 0 && place.indexOf(':') == colon || place.startsWith("[") && place.contains("]:");
            String host = port ? place.substring(0, colon) : place;
            if (!allowed(host.replaceAll("[\\[\\]]", ""), port ? number(place.substring(colon + 1)) : -1)) {
                return Optional.of(host);
            }
        }
        return Optional.empty();
    }

    private static List<String> places(String kind, String text) {
        switch (kind) {
            case "url" -> {
                URI uri = URI.create(text);
                int port = uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
                return List.of(uri.getHost() + ":" + port);
            }
            case "jdbc" -> {
                Matcher jdbc = JDBC.matcher(text);
                return jdbc.matches() ? List.of(jdbc.group(1).split(",")) : List.of();
            }
            default -> {
                return List.of(text.split(","));
            }
        }
    }

    private static int number(String text) {
        return text.matches("\\d{1,5}") ? Integer.parseInt(text) : -1;
    }

    private boolean allowed(String host, int port) {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (!allows(address, port)) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException e) {
            // A name that is known to nobody now is looked up again when it is called.
            return true;
        }
    }

    /** @throws Refused for an address that a connection is about to be made to, when it isn't allowed */
    void require(String host, int port) throws Refused {
        if (!allowed(host, port)) {
            throw new Refused();
        }
    }

    /** The address isn't allowed. */
    static final class Refused extends IOException {

        private Refused() {
            super("The address isn't allowed by camel-routes/addresses.yaml");
        }
    }

    /** @param port where it is called; below 0 for unknown */
    boolean allows(InetAddress address, int port) {
        if (port == hubsPort && ofThisMachine(address)) {
            return false;
        }
        return !(inner(address)) || allowed.stream().anyMatch(network -> network.matches(address.getHostAddress()));
    }

    private static boolean ofThisMachine(InetAddress address) {
        try {
            return address.isLoopbackAddress()
                    || address.isAnyLocalAddress()
                    || java.net.NetworkInterface.getByInetAddress(address) != null;
        } catch (java.net.SocketException e) {
            return true;
        }
    }

    private static boolean inner(InetAddress address) {
        return address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()
                || (address.getAddress()[0] & MASK) == UNIQUE_LOCAL && address.getAddress().length > 4
                || SHARED.matches(address.getHostAddress());
    }
}
