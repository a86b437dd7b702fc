package org.turing.runtime.actors.cluster;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/**
 * Where a node is reached.
 *
 * @param host a name, an IPv4 address, or an IPv6 address in brackets
 * @param port from 1 to 65535
 */
public record HostPort(String host, int port) {

    private static final int HIGHEST = 65_535;
    private static final Pattern IPV4_LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}");

    /**
     * Reads {@code host:port}.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static HostPort of(String text) {
        try {
            // the parser of addresses knows what a host may look like, brackets included
            URI uri = new URI("pekko://" + text);
            boolean more = uri.getUserInfo() != null
                    || !String.valueOf(uri.getPath()).isEmpty()
                    || uri.getQuery() != null
                    || uri.getFragment() != null;
            if (uri.getHost() == null || uri.getPort() < 1 || uri.getPort() > HIGHEST || more) {
                throw new IllegalArgumentException(text + " is not host:port");
            }
            return new HostPort(uri.getHost(), uri.getPort());
        } catch (URISyntaxException malformed) {
            throw new IllegalArgumentException(text + " is not host:port", malformed);
        }
    }

    /** Whether a host, as it is written, can be nothing but this machine itself. */
    public static boolean isLoopback(String host) {
        return host.equalsIgnoreCase("localhost")
                || host.equals("[::1]")
                || host.equals("::1")
                || IPV4_LOOPBACK.matcher(host).matches();
    }

    /** Whether the host, as it is written, can be nothing but this machine itself. */
    public boolean isLoopback() {
        return isLoopback(host);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
