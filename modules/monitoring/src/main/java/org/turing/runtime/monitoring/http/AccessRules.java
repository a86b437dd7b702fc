package org.turing.runtime.monitoring.http;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.Host;
import org.apache.pekko.http.javadsl.model.headers.HttpChallenge;
import org.apache.pekko.http.javadsl.model.headers.WWWAuthenticate;

/**
 * Who may ask what. Everything under {@code /api} needs the token; health and metrics are open to whoever reaches the
 * port. On loopback a request must also name this machine in its Host header: a web page whose name is made to resolve
 * to 127.0.0.1 (DNS rebinding) names its own.
 */
final class AccessRules {

    private static final Pattern LOOPBACK_ADDRESS = Pattern.compile("127(\\.\\d{1,3}){3}");
    private static final String SCHEME = "Bearer ";

    private final byte[] token;
    private final boolean loopbackOnly;
    private final String configuredHost;

    /**
     * @param token what callers must show; not blank
     * @param configuredHost the host as the settings name it
     * @param bound the address that is listened on
     */
    AccessRules(String token, String configuredHost, InetSocketAddress bound) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
        this.loopbackOnly = bound.getAddress().isLoopbackAddress();
        this.configuredHost = plain(configuredHost);
    }

    /** @throws RefusedRequest if this request may not be answered */
    void check(HttpRequest request) {
        if (loopbackOnly) {
            checkHost(request);
        }
        if (isProtected(request.getUri().getPathString())) {
            checkToken(request);
        }
    }

    static boolean isProtected(String path) {
        return path.equals("/api") || path.startsWith("/api/");
    }

    private void checkHost(HttpRequest request) {
        String host = request.getHeader(Host.class)
                .map(header -> plain(header.host().address()))
                .orElse("");
        boolean ours = host.equals("localhost")
                || host.equals(configuredHost)
                || host.equals("::1")
                || host.equals("0:0:0:0:0:0:0:1")
                || LOOPBACK_ADDRESS.matcher(host).matches();
        if (!ours) {
            throw new RefusedRequest(
                    StatusCodes.FORBIDDEN,
                    "host '" + host + "' is not this machine: the HTTP API listens on loopback and answers only to"
                            + " localhost or 127.0.0.1, so that web pages can't reach it under a name of their own."
                            + " Fix: use http://127.0.0.1:PORT, or let a proxy send that as its Host header");
        }
    }

    private void checkToken(HttpRequest request) {
        String shown = request.getHeader("Authorization").map(HttpHeader::value).orElse("");
        if (shown.isEmpty()) {
            throw unauthorized("no token");
        }
        if (!shown.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw unauthorized("the Authorization header is not of the form 'Bearer TOKEN'");
        }
        byte[] given = shown.substring(SCHEME.length()).trim().getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(given, token)) {
            throw unauthorized("the token is not this runtime's");
        }
    }

    private static RefusedRequest unauthorized(String cause) {
        return new RefusedRequest(
                StatusCodes.UNAUTHORIZED,
                "not allowed: " + cause + ". Fix: send 'Authorization: Bearer TOKEN' with the token in runtime.json"
                        + " of the runtime's data folder; each start makes a new one",
                WWWAuthenticate.create(HttpChallenge.createOAuth2("turing-runtime")));
    }

    private static String plain(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        if (name.startsWith("[") && name.endsWith("]")) {
            name = name.substring(1, name.length() - 1);
        }
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
