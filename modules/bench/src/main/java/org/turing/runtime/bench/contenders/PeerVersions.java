package org.turing.runtime.bench.contenders;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The versions of the libraries that are measured, as the build took them. */
final class PeerVersions {

    private static final String FILE = "peers.properties";

    private PeerVersions() {}

    static String of(String peer) {
        Properties versions = new Properties();
        try (InputStream bytes = PeerVersions.class.getResourceAsStream(FILE)) {
            versions.load(bytes);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(FILE + " of the benchmarks can't be read", unreadable);
        }
        return versions.getProperty(peer, "?");
    }
}
