package org.turing.runtime.app.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.turing.runtime.database.DatabaseFault;
import org.turing.runtime.database.DatabaseSettings;
import org.turing.runtime.embedded.DataFolder;
import org.turing.runtime.embedded.RunningRuntime;
import org.turing.runtime.monitoring.client.RuntimeClient;

/** The program as a process of its own, with a data folder and a scripts folder in a temporary one. */
final class ChildRuntime implements AutoCloseable {

    /** Generous: several builds may share two cores. */
    static final Duration LIMIT = Duration.ofMinutes(3);

    /** How the program is started. */
    enum Way {
        /** {@code java -jar turing-runtime.jar}: what users run. */
        JAR,
        /** From the plain class path: mixed versions of Pekko show only here, since a shaded jar hides their check. */
        CLASS_PATH;

        List<String> command() {
            return this == JAR
                    ? List.of("-jar", System.getProperty("turing.test.jar"))
                    : List.of(
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            "org.turing.runtime.app.Main");
        }
    }

    private final Way way;
    private final Path folder;
    private final List<Process> started = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();

    ChildRuntime(Way way, Path folder) throws IOException {
        this.way = way;
        this.folder = folder;
        Files.createDirectories(folder.resolve("scripts"));
    }

    Path data() {
        return folder.resolve("data");
    }

    void script(String name, String content) throws IOException {
        Files.writeString(folder.resolve("scripts").resolve(name), content);
    }

    /** A variable for the programs that are started from now on; they inherit none of TURING's. */
    ChildRuntime with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Starts the program; standard output and standard error go to files. */
    Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(way.command());
        command.addAll(List.of(
                "--data",
                data().toString(),
                "-Dturing.http.port=0",
                "-Dturing.scripts.folder=" + folder.resolve("scripts"),
                "-Dturing.scripts.python=" + System.getProperty("turing.test.python", "python3")));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(output(started.size()).toFile())
                .redirectError(folder.resolve("err" + started.size()).toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("TURING_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    /** Waits for a program's end and gives its exit code. */
    int exitCode(Process process) throws InterruptedException {
        return exitCode(process, LIMIT);
    }

    /** The same for a program that may take longer. */
    int exitCode(Process process, Duration limit) throws InterruptedException {
        assertThat(process.waitFor(limit.toSeconds(), TimeUnit.SECONDS))
                .as(this::errors)
                .isTrue();
        return process.exitValue();
    }

    /** What the n-th program that was started said on standard output. */
    String out(int number) throws IOException {
        return Files.readString(output(number));
    }

    /** What all said on standard error. */
    String errors() {
        StringBuilder errors = new StringBuilder();
        for (int number = 0; number < started.size(); number++) {
            try {
                errors.append(Files.readString(folder.resolve("err" + number)));
            } catch (IOException unreadable) {
                errors.append(unreadable);
            }
        }
        return errors.toString();
    }

    /** Waits until the runtime can be found and asked. */
    RunningRuntime awaitRunning(Process process) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(() -> {
            assertThat(process.isAlive()).as(this::errors).isTrue();
            return DataFolder.findRunning(data()).isPresent();
        });
        return DataFolder.findRunning(data()).orElseThrow();
    }

    static RuntimeClient client(RunningRuntime running) {
        return RuntimeClient.of(running.host(), running.httpPort(), running.token(), LIMIT);
    }

    static Connection connect(RunningRuntime running) throws SQLException, DatabaseFault {
        DatabaseSettings settings = DatabaseSettings.of(String.valueOf(running.databaseUri()), null, null, "turing");
        return DriverManager.getConnection(settings.jdbcUrl(), settings.user(), settings.password());
    }

    static void execute(RunningRuntime running, String sql) throws SQLException, DatabaseFault {
        try (Connection connection = connect(running);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String ask(RunningRuntime running, String sql) throws SQLException, DatabaseFault {
        try (Connection connection = connect(running);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    /** Ends what a failed test left running, politely first. */
    @Override
    public void close() {
        started.forEach(Process::destroy);
        for (Process process : started) {
            try {
                process.onExit().get(30, TimeUnit.SECONDS);
            } catch (TimeoutException | ExecutionException | InterruptedException stillThere) {
                process.destroyForcibly();
            }
        }
    }

    private Path output(int number) {
        return folder.resolve("out" + number);
    }
}
