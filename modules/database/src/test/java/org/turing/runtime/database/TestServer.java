package org.turing.runtime.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.turing.runtime.embedded.EmbeddedPostgres;

/** One embedded server for all tests of this JVM; ended with it. */
final class TestServer {

    private static final TestServer ONLY = new TestServer();

    private final EmbeddedPostgres server;

    private TestServer() {
        try {
            Path folder = Files.createTempDirectory("turing-database-test");
            server = EmbeddedPostgres.start(
                    folder,
                    EmbeddedPostgres.Options.defaults()
                            .withSettings(
                                    Map.of("fsync", "off", "max_connections", "200", "autovacuum_naptime", "1h")));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(folder)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static EmbeddedPostgres get() {
        return ONLY.server;
    }

    private void end(Path folder) {
        server.close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
