package org.turing.runtime.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the embedded server keeps in a data folder: {@code postgres} (its own data directory),
 * {@code postgres.password}, {@code postgres.port} and {@code postgres.log}.
 *
 * <p>Initialisation happens in a sibling folder that is renamed when it is complete, so a process that is killed on the
 * way leaves nothing but rubbish, which the next one removes.
 */
final class ServerFolder {

    private static final Logger log = LoggerFactory.getLogger(ServerFolder.class);
    private static final String STAGING = "postgres.new-";
    private static final String SETTINGS = "turing.conf";
    private static final Duration INIT_LIMIT = Duration.ofMinutes(5);
    private static final Duration RUBBISH_LIMIT = Duration.ofSeconds(2);
    private static final long LOG_KEPT_BYTES = 16L << 20;

    private final Path folder;

    ServerFolder(Path folder) {
        this.folder = folder;
    }

    /** The data folder itself. */
    Path path() {
        return folder;
    }

    /** The server's data directory. */
    Path data() {
        return folder.resolve("postgres");
    }

    Path log() {
        return folder.resolve("postgres.log");
    }

    boolean isInitialised() {
        return Files.exists(data());
    }

    /** @throws EmbeddedPostgresFailure if another major version wrote the data */
    void requireVersion(PostgresBinaries binaries) throws IOException {
        Path file = data().resolve("PG_VERSION");
        String found = Files.exists(file) ? Files.readString(file).strip() : "an unknown version";
        if (!found.equals(binaries.majorVersion())) {
            throw new EmbeddedPostgresFailure(
                    data() + " was written by PostgreSQL " + found + ", and this runtime brings PostgreSQL "
                            + binaries.majorVersion()
                            + ". Next: use the runtime that wrote it, or dump it with a pg_dump of that version and load it"
                            + " into a new folder (--data or TURING_DATA); nothing was changed");
        }
    }

    /** The superuser's password, made up on the first call. */
    String password() throws IOException {
        Path file = passwordFile();
        if (Files.exists(file)) {
            return Files.readString(file).strip();
        }
        if (isInitialised()) {
            throw new EmbeddedPostgresFailure(file + " is missing, so nobody can log in to the database in " + data()
                    + ". Next: restore that file, or move the folder away to begin anew");
        }
        return SecretFile.make(file);
    }

    /** Makes the data directory with PostgreSQL's initdb; takes a second or two. */
    void initialise(ServerPrograms programs, String user) throws IOException {
        password();
        // Not made here: initdb's user is to own it.
        Path staging = folder.resolve(STAGING + UUID.randomUUID());
        ServerPrograms.Run run = programs.run(
                INIT_LIMIT,
                "initdb",
                List.of(
                        "--pgdata=" + staging,
                        "--username=" + user,
                        "--pwfile=" + passwordFile(),
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        // Sorts by code point and knows upper and lower case, alike on every machine.
                        "--locale=C",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--no-instructions"));
        if (!run.succeeded()) {
            throw new EmbeddedPostgresFailure("the database in " + folder + " can't be initialised. Next: see what"
                    + " initdb says:\n" + run.output().strip());
        }
        Path configuration = staging.resolve("postgresql.conf");
        Files.writeString(
                configuration, Files.readString(configuration) + "\ninclude_if_exists = '" + SETTINGS + "'\n");
        Files.move(staging, data(), StandardCopyOption.ATOMIC_MOVE);
        PrivateFiles.force(folder);
    }

    /** Whether these are the settings of the last start. */
    boolean hasSettings(Map<String, String> settings) throws IOException {
        Path file = data().resolve(SETTINGS);
        return Files.exists(file) && Files.readString(file).equals(text(settings));
    }

    /** Writes the settings for the next start. */
    void writeSettings(Map<String, String> settings) throws IOException {
        PrivateFiles.write(data().resolve(SETTINGS), text(settings));
    }

    private static String text(Map<String, String> settings) {
        StringBuilder text =
                new StringBuilder("# Written by the runtime at every start; edit postgresql.conf instead.\n");
        settings.forEach((name, value) -> text.append(name)
                .append(" = '")
                .append(value.replace("\\", "\\\\").replace("'", "''"))
                .append("'\n"));
        return text.toString();
    }

    /** The port of the last start, or 0. */
    int lastPort() throws IOException {
        Path file = folder.resolve("postgres.port");
        String text = Files.exists(file) ? Files.readString(file).strip() : "";
        return text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
    }

    void rememberPort(int port) throws IOException {
        if (port != lastPort()) {
            PrivateFiles.write(folder.resolve("postgres.port"), port + "\n");
        }
    }

    /** Keeps the log from growing for ever: at a start, a large one becomes {@code postgres.log.1}. */
    void rotateLog() throws IOException {
        if (!Files.exists(log())) {
            Files.createFile(log(), PrivateFiles.FILE_MODE);
        } else if (Files.size(log()) > LOG_KEPT_BYTES) {
            Files.move(log(), folder.resolve("postgres.log.1"), StandardCopyOption.REPLACE_EXISTING);
            Files.createFile(log(), PrivateFiles.FILE_MODE);
        }
    }

    private Path passwordFile() {
        return folder.resolve("postgres.password");
    }

    /** Removes what starts that were killed on the way have left. */
    void removeRubbish() throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            for (Path child : children.toList()) {
                if (child.getFileName().toString().startsWith(STAGING)) {
                    removeRubbish(child);
                }
            }
        }
    }

    private static void removeRubbish(Path staging) {
        try {
            // The initdb of a runtime that was killed goes on by itself, and gives up when its server is gone.
            ServerProcesses.kill(staging, RUBBISH_LIMIT);
            PrivateFiles.deleteFolder(staging);
        } catch (IOException failure) {
            log.warn("{}, left behind by an earlier start, can't be removed yet: {}", staging, failure.toString());
        }
    }
}
