package org.turing.runtime.monitoring.http;

import com.typesafe.config.Config;

/**
 * Where the HTTP API listens.
 *
 * @param host an address or a name of this machine; {@code turing.http.host}
 * @param port 0 to 65535, 0 for any free one; {@code turing.http.port}
 */
public record HttpSettings(String host, int port) {
    public HttpSettings {
        if (host.isBlank()) {
            throw new IllegalArgumentException("turing.http.host is empty. Fix: set it to 127.0.0.1, or leave it out");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("turing.http.port (TURING_HTTP_PORT) is " + port
                    + ", outside 0 to 65535. Fix: name a free port, or 0 for any free one");
        }
    }

    /**
     * Reads {@code turing.http} from the whole configuration.
     *
     * @throws IllegalArgumentException if a value can't serve
     */
    public static HttpSettings from(Config config) {
        return new HttpSettings(config.getString("turing.http.host"), config.getInt("turing.http.port"));
    }
}
