package org.turing.runtime.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.turing.runtime.bench.Waiting;
import org.turing.runtime.embedded.EmbeddedPostgres;
import org.turing.runtime.embedded.EmbeddedPostgres.Options;

/** A PostgreSQL of the campaign's own, durable, that can be stopped in two ways and comes back on the same port. */
final class CampaignServer implements AutoCloseable {

    private static final Duration LONGEST_STOP = Duration.ofMinutes(2);

    private final Path data;
    private final EmbeddedPostgres server;

    /** A campaign that is interrupted leaves no server behind. */
    private final Thread atExit;

    private CampaignServer(Path folder, EmbeddedPostgres server) {
        this.data = folder.resolve("postgres");
        this.server = server;
        this.atExit = new Thread(server::close, "end of PostgreSQL");
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    static CampaignServer start(Path folder) {
        return new CampaignServer(
                folder,
                EmbeddedPostgres.start(
                        folder,
                        Options.defaults()
                                .withSettings(Map.of("max_connections", "200", "deadlock_timeout", "500ms"))));
    }

    int port() {
        return server.port();
    }

    String user() {
        return server.user();
    }

    String password() {
        return server.password();
    }

    /** Past every proxy. */
    String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
    }

    /** The database that is always there. */
    CampaignDatabase maintenance() {
        return new CampaignDatabase(server.jdbcUrl(), user(), password());
    }

    /** Ends every session and stops; what was committed is written out. */
    void stopFast() throws IOException {
        stop(Signals.INTERRUPT);
    }

    /** Ends every process at once, as a power cut does. */
    void stopImmediately() throws IOException {
        stop(Signals.QUIT);
    }

    /** Starts it again where it does not run; takes as long as the recovery. */
    synchronized boolean revive() {
        return server.revive();
    }

    private synchronized void stop(String signal) throws IOException {
        Path file = data.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return;
        }
        long postmaster = Long.parseLong(Files.readAllLines(file).get(0).strip());
        Signals.send(signal, postmaster);
        Waiting.until(LONGEST_STOP, "the end of PostgreSQL", () -> !Processes.isAlive(postmaster));
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        server.close();
    }
}
