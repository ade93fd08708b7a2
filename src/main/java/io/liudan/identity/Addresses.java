package io.liudan.identity;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/** Where calls come from, as far as it can be counted. */
public final class Addresses {

    private static final int NETWORK_BYTES = 8;

    private Addresses() {}

    /**
     * An IPv4 address as it is; of an IPv6 address its network (/64), in which one caller has as many addresses as they
     * like.
     */
    public static String network(String address) {
        if (address == null || !address.matches("[0-9A-Fa-f:.]+(?:%.*)?") || !address.contains(":")) {
            return address;
        }
        try {
            byte[] bytes = InetAddress.getByName(address).getAddress();
            return bytes.length <= NETWORK_BYTES
                    ? InetAddress.getByAddress(bytes).getHostAddress()
                    : HexFormat.of().formatHex(Arrays.copyOf(bytes, NETWORK_BYTES));
        } catch (UnknownHostException e) {
            return address;
        }
    }
}
