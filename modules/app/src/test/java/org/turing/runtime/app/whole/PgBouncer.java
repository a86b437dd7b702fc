package org.turing.runtime.app.whole;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The real PgBouncer before a server, with so few sessions that its clients have to share them. Needs the program
 * itself: that of {@code -Dturing.test.pgbouncer}, which must be there, else the installed one.
 */
final class PgBouncer implements AutoCloseable {

    /** For each pair of database and user. */
    static final int SESSIONS = 2;

    private static final String PROPERTY = "turing.test.pgbouncer";
    private static final String NAME = "pgbouncer";

    private final Path folder;
    private final int serverPort;
    private final int port;
    private final Map<String, String> settings;
    private final List<String> users = new ArrayList<>();
    private @Nullable Process process;

    private PgBouncer(Path folder, int serverPort, int port, Map<String, String> settings) {
        this.folder = folder;
        this.serverPort = serverPort;
        this.port = port;
        this.settings = settings;
    }

    /** Skips the test where the program is not installed. */
    static void assumeInstalled() {
        boolean installed = System.getProperty(PROPERTY) != null || Files.isExecutable(program());
        String remedy = "PgBouncer is not installed: apt-get install pgbouncer, or -D" + PROPERTY + "=…";
        if (!installed) {
            LoggerFactory.getLogger(PgBouncer.class).warn("skipped: {}", remedy);
        }
        assumeTrue(installed, remedy);
    }

    private static Path program() {
        String named = System.getProperty(PROPERTY);
        return named != null
                ? Path.of(named)
                : Stream.concat(Stream.of(System.getenv("PATH").split(":")), Stream.of("/usr/sbin"))
                        .map(place -> Path.of(place, NAME))
                        .filter(Files::isExecutable)
                        .findFirst()
                        .orElse(Path.of(NAME));
    }

    /**
     * Starts one that lets the owner of an address in.
     *
     * @param uri an address of a server, with user and password
     * @param settings in PgBouncer's own words, beside and instead of transaction mode and few sessions
     * @param logins who else is let in, each as {@code user:password}
     */
    static PgBouncer before(String uri, Map<String, String> settings, String... logins) throws IOException {
        Path folder = Files.createTempDirectory(NAME);
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        URI place = URI.create(uri);
        PgBouncer pooler = new PgBouncer(folder, place.getPort(), port, settings);
        pooler.letIn(place.getUserInfo());
        Stream.of(logins).forEach(pooler::letIn);
        pooler.start();
        return pooler;
    }

    /** An address of the server, by way of this. */
    String instead(String uri) {
        return uri.replace(":" + serverPort + "/", ":" + port + "/");
    }

    private void letIn(String login) {
        users.add('"' + login.replaceFirst(":", "\" \"") + '"');
    }

    void start() throws IOException {
        Files.write(folder.resolve("users.txt"), users);
        Files.write(folder.resolve("pgbouncer.ini"), configuration());
        readableByAll();
        List<String> command = new ArrayList<>(
                List.of(program().toString(), folder.resolve("pgbouncer.ini").toString()));
        if (Files.getOwner(folder).getName().equals("root")) {
            command.addAll(1, List.of("-u", "nobody")); // it refuses to run as root
        }
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        process = started;
        WholeSystem.await("PgBouncer").until(() -> {
            if (!started.isAlive()) {
                throw new AssertionError("PgBouncer has ended: " + Files.readString(log()));
            }
            return answers();
        });
    }

    /** It ends without a word to anybody, and every connection by way of it is cut. */
    void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly().onExit().join();
        }
    }

    private Path log() {
        return folder.resolve("log");
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private List<String> configuration() {
        List<String> lines = new ArrayList<>(List.of(
                "[databases]",
                "* = host=127.0.0.1 port=" + serverPort,
                "[pgbouncer]",
                "listen_addr = 127.0.0.1",
                "listen_port = " + port,
                "unix_socket_dir =",
                "auth_type = scram-sha-256",
                "auth_file = " + folder.resolve("users.txt"),
                "pool_mode = transaction",
                "default_pool_size = " + SESSIONS,
                "server_login_retry = 1"));
        settings.forEach((key, value) -> {
            lines.removeIf(line -> line.startsWith(key + " ="));
            lines.add(key + " = " + value);
        });
        return lines;
    }

    private void readableByAll() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String file : List.of("users.txt", "pgbouncer.ini")) {
            Files.setPosixFilePermissions(folder.resolve(file), PosixFilePermissions.fromString("rw-r--r--"));
        }
    }

    @Override
    public void close() throws IOException {
        kill();
        WholeSystem.delete(folder);
    }
}
