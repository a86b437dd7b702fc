package org.turing.runtime.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and stops the server of one folder, and clears away what an earlier one left. */
final class ServerControl {

    static final String HOST = "127.0.0.1";

    private static final Logger log = LoggerFactory.getLogger(ServerControl.class);

    /** Ours to close: there is time to write everything out. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(60);

    /** Left behind and in the way of a start: what it does not write out in this time, recovery does. */
    private static final Duration LEFT_BEHIND_LIMIT = Duration.ofSeconds(3);

    private static final Duration IMMEDIATE_STOP_LIMIT = Duration.ofSeconds(3);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);

    /** pg_ctl keeps the limits itself; ours only catches a pg_ctl that hangs. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    /** The port was free and then it was not, or the server of a killed runtime was just coming up: try again. */
    private static final Pattern PASSING =
            Pattern.compile("could not bind|lock file \"postmaster.pid\" already exists|is another postmaster");

    private static final int TRIES = 3;
    private static final int LOG_LINES_SHOWN = 20;

    private final ServerFolder folder;
    private final ServerPrograms programs;

    ServerControl(ServerFolder folder, ServerPrograms programs) {
        this.folder = folder;
        this.programs = programs;
    }

    /**
     * Starts the server and waits until it accepts connections; recovery after a crash is part of the wait.
     *
     * @param fixedPort the port to listen on, or 0 for the last one if it is free, else any
     * @return the port it listens on
     * @throws EmbeddedPostgresFailure with the last lines of the server's log if it does not come up
     */
    int start(Map<String, String> settings, Duration limit, int fixedPort) throws IOException {
        for (int tries = 1; true; tries++) {
            endLeftBehind();
            folder.writeSettings(settings);
            folder.rotateLog();
            int port = fixedPort != 0 ? fixedPort : freePort(folder.lastPort());
            long before = Files.size(folder.log());
            ServerPrograms.Run run = pgCtlStart(port, limit);
            if (run.succeeded()) {
                folder.rememberPort(port);
                return port;
            }
            String said = lastLogLines(before);
            if (tries == TRIES || !PASSING.matcher(said).find()) {
                endLeftBehind();
                throw new EmbeddedPostgresFailure("PostgreSQL did not start on " + folder.data() + ": "
                        + run.output().strip() + ". Next: see the last lines of " + folder.log() + ":\n" + said);
            }
            log.warn("PostgreSQL did not start on port {}, trying again: {}", port, said);
        }
    }

    /** Whether the server's main process runs. */
    boolean isRunning() throws IOException {
        long postmaster =
                PostmasterFile.read(folder.data()).map(PostmasterFile::pid).orElse(0L);
        return ServerProcesses.isOn(folder.data(), postmaster);
    }

    /** Stops the server: open transactions are rolled back, what was committed stays. */
    void stop() throws IOException {
        stop(CLOSE_LIMIT);
    }

    /** Ends a server, or single processes of one, that runs on the folder, and repairs what it left. */
    private void endLeftBehind() throws IOException {
        Path data = folder.data();
        if (isRunning()) {
            log.info("ending the PostgreSQL that was left behind on {}", data);
            stop(LEFT_BEHIND_LIMIT);
        } else {
            // The children of a postmaster that is gone.
            kill();
        }
        Optional<PostmasterFile> file = PostmasterFile.read(data);
        if (file.isPresent() && ProcessHandle.of(file.get().pid()).isPresent()) {
            PostmasterFile.disown(data);
        }
    }

    private void stop(Duration limit) throws IOException {
        if (pgCtlStop("fast", limit) || pgCtlStop("immediate", IMMEDIATE_STOP_LIMIT)) {
            return;
        }
        kill();
    }

    private void kill() throws IOException {
        if (!ServerProcesses.kill(folder.data(), KILL_LIMIT)) {
            throw new EmbeddedPostgresFailure("PostgreSQL on " + folder.data() + " can't be ended, processes "
                    + ServerProcesses.on(folder.data()).stream()
                            .map(ProcessHandle::pid)
                            .toList()
                    + ". Next: end them by hand; what was committed is safe");
        }
    }

    private ServerPrograms.Run pgCtlStart(int port, Duration limit) {
        return programs.run(
                limit.plus(GRACE),
                "pg_ctl",
                List.of(
                        "start",
                        "--wait",
                        "--silent",
                        "--timeout=" + limit.toSeconds(),
                        "--pgdata=" + folder.data(),
                        "--log=" + folder.log(),
                        // No socket file: its path may be 107 bytes long at most, and a data folder's can be longer.
                        "--options=-p " + port + " -h " + HOST + " -k ''"));
    }

    /** @return whether no server runs on the folder any more */
    private boolean pgCtlStop(String mode, Duration limit) throws IOException {
        ServerPrograms.Run run = programs.run(
                limit.plus(GRACE),
                "pg_ctl",
                List.of(
                        "stop",
                        "--wait",
                        "--silent",
                        "--mode=" + mode,
                        "--timeout=" + limit.toSeconds(),
                        "--pgdata=" + folder.data()));
        // pg_ctl waits for the end of postmaster.pid, which the postmaster outlives by a moment.
        if (run.succeeded()
                ? ServerProcesses.awaitNone(folder.data(), limit)
                : ServerProcesses.on(folder.data()).isEmpty()) {
            return true;
        }
        log.warn(
                "PostgreSQL on {} did not stop ({}): {}",
                folder.data(),
                mode,
                run.output().strip());
        return false;
    }

    /** The last lines that were logged since the log had so many bytes. */
    private String lastLogLines(long before) throws IOException {
        byte[] all = Files.readAllBytes(folder.log());
        int from = (int) Math.min(before, all.length);
        List<String> lines =
                new String(all, from, all.length - from, UTF_8).lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    }

    private static int freePort(int preferred) throws IOException {
        InetAddress host = InetAddress.getByName(HOST);
        try (ServerSocket socket = new ServerSocket()) {
            // Connections of the last server may linger on its port; a new server may listen there all the same.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, preferred));
            return socket.getLocalPort();
        } catch (IOException taken) {
            try (ServerSocket socket = new ServerSocket(0, 1, host)) {
                return socket.getLocalPort();
            }
        }
    }
}
