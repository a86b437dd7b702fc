package org.turing.runtime.embedded;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import org.jspecify.annotations.Nullable;

/**
 * What a running runtime leaves in its data folder for the command line to find.
 *
 * @param pid its process
 * @param host where its HTTP API listens
 * @param httpPort the API's port
 * @param token the secret that the API asks for
 * @param databaseUri the database as {@code postgresql://user:password@host:port/database}, or null if it is not the
 *     embedded one
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunningRuntime(
        long pid,
        String host,
        int httpPort,
        String token,
        @Nullable String databaseUri) {

    /** Without the secrets, for logs. */
    @Override
    public String toString() {
        return "RunningRuntime[pid=" + pid + ", host=" + host + ", httpPort=" + httpPort + "]";
    }
}
