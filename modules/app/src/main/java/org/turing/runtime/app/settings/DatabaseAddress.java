package org.turing.runtime.app.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where a PostgreSQL server is and how to get in.
 *
 * @param jdbcUrl starts with {@code jdbc:postgresql:}
 * @param user the role; empty for the driver's default
 * @param password empty for none
 */
public record DatabaseAddress(String jdbcUrl, String user, String password) {

    private static final String JDBC = "jdbc:postgresql:";

    /**
     * Reads an address as JDBC writes it, or as psql does with role and password in it.
     *
     * @param user the role, if it is set on its own: it beats the url's
     * @param password likewise
     * @return the address, or null if the url is of neither form
     */
    static @Nullable DatabaseAddress parse(String url, String user, String password) {
        if (url.startsWith(JDBC) && url.length() > JDBC.length()) {
            return new DatabaseAddress(url, user, password);
        }
        if (!url.startsWith("postgresql://") && !url.startsWith("postgres://")) {
            return null;
        }
        try {
            URI uri = new URI(url);
            if (uri.getHost() == null) {
                return null;
            }
            String[] login = uri.getRawUserInfo() == null
                    ? new String[0]
                    : uri.getRawUserInfo().split(":", 2);
            String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
            String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            return new DatabaseAddress(
                    JDBC + "//" + uri.getHost() + port + path + query,
                    user.isEmpty() && login.length > 0 ? decode(login[0]) : user,
                    password.isEmpty() && login.length > 1 ? decode(login[1]) : password);
        } catch (URISyntaxException | IllegalArgumentException malformed) {
            return null;
        }
    }

    private static String decode(String percentEncoded) {
        return URLDecoder.decode(percentEncoded.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return (user.isEmpty() ? "" : user + " at ") + jdbcUrl.replaceAll("password=[^&]*", "password=(hidden)");
    }
}
