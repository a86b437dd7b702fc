package org.turing.runtime.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and stops the server of one folder, and clears away what an earlier one left. */
final class ServerControl {

    static final String HOST = "127.0.0.1";

    private static final Logger log = LoggerFactory.getLogger(ServerControl.class);
    private static final Duration FAST_STOP_LIMIT = Duration.ofSeconds(60);
    private static final Duration IMMEDIATE_STOP_LIMIT = Duration.ofSeconds(10);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);

    /** pg_ctl keeps the limits itself; ours only catches a pg_ctl that hangs. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    /** The port was free and then it was not, or a server of an earlier runtime was just coming up. */
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
     * @return the port it listens on
     * @throws EmbeddedPostgresFailure with the last lines of the server's log if it does not come up
     */
    int start(Duration limit) throws IOException {
        String said = "";
        for (int tries = 0; tries < TRIES; tries++) {
            endLeftBehind();
            folder.rotateLog();
            int port = freePort(folder.lastPort());
            ServerPrograms.Run run = programs.run(
                    limit.plus(GRACE),
                    "pg_ctl",
                    List.of(
                            "start",
                            "--wait",
                            "--silent",
                            "--timeout=" + limit.toSeconds(),
                            "--pgdata=" + folder.data(),
                            "--log=" + folder.log(),
                            // No socket file: its path may be 107 bytes long at most, and a data folder's is longer.
                            "--options=-p " + port + " -h " + HOST + " -k ''"));
            if (run.succeeded()) {
                folder.rememberPort(port);
                return port;
            }
            said = run.output().strip();
            log.warn("PostgreSQL did not start on port {}: {}", port, said);
        }
        throw new EmbeddedPostgresFailure("PostgreSQL did not start on " + folder.data() + ": " + said
                + ". Next: see the last lines of " + folder.log() + ":\n" + lastLogLines());
    }

    /** Stops the server, whatever that takes: open transactions are rolled back, what was committed stays. */
    void stop() {
        for (String mode : List.of("fast", "immediate")) {
            Duration limit = mode.equals("fast") ? FAST_STOP_LIMIT : IMMEDIATE_STOP_LIMIT;
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
            if (run.succeeded() || ServerProcesses.on(folder.data()).isEmpty()) {
                return;
            }
            log.warn(
                    "PostgreSQL on {} did not stop ({}): {}",
                    folder.data(),
                    mode,
                    run.output().strip());
        }
        List<ProcessHandle> left = ServerProcesses.on(folder.data());
        if (!ServerProcesses.kill(left, KILL_LIMIT)
                && !ServerProcesses.on(folder.data()).isEmpty()) {
            throw new EmbeddedPostgresFailure("PostgreSQL on " + folder.data() + " can't be ended, processes "
                    + left.stream().map(ProcessHandle::pid).toList()
                    + ". Next: end them by hand; what was committed is safe");
        }
    }

    /** Ends a server, or single processes of one, that runs on the folder, and repairs what it left. */
    void endLeftBehind() throws IOException {
        Path data = folder.data();
        List<ProcessHandle> left = ServerProcesses.on(data);
        long postmaster = PostmasterFile.read(data).map(PostmasterFile::pid).orElse(0L);
        if (left.stream().anyMatch(process -> process.pid() == postmaster)) {
            log.info("ending the PostgreSQL that an earlier runtime left behind, process {}", postmaster);
            stop();
        } else if (!left.isEmpty()) {
            log.info("ending {} processes of a PostgreSQL whose postmaster is gone", left.size());
            ServerProcesses.kill(left, KILL_LIMIT);
        }
        if (PostmasterFile.read(data).isPresent()) {
            PostmasterFile.disown(data);
        }
    }

    private String lastLogLines() throws IOException {
        List<String> lines = Files.readAllLines(folder.log());
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
