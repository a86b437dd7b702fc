package org.turing.runtime.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Runs PostgreSQL's programs and waits for them.
 *
 * <p>PostgreSQL refuses to run as root, or as a user that the system has no name for. Their programs run as nobody, by
 * the first of these ways that works:
 *
 * <ul>
 *   <li>{@code unshare -U}: in a user namespace without a mapping they see themselves as nobody, while the kernel still
 *       lets them use the files that their user owns, and only those;
 *   <li>{@code setpriv}, for root alone, where containers permit no namespaces: as the user nobody, who of root's
 *       powers keeps the one that opens root's files. What the server writes then belongs to nobody.
 * </ul>
 */
final class ServerPrograms {

    private static final int ROOT = 0;
    private static final List<String> NAMESPACE = List.of("unshare", "-U");
    private static final List<String> NOBODY = List.of(
            "setpriv",
            // Lets the power count for access(2) as well, which PostgreSQL asks about its own programs.
            "--securebits=+no_setuid_fixup",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            "--inh-caps=-all,+dac_override",
            "--ambient-caps=-all,+dac_override");

    /** Arguments: the data folder, a program, the server's data directory. */
    private static final String CHECK = """
            test -w "$1" || { echo "may not write to $1"; exit 1; }
            test -x "$2" || { echo "may not run $2"; exit 1; }
            test ! -e "$3" || { test -O "$3" && test -w "$3"; } || { echo "$3 is not its own"; exit 1; }
            """;

    private static final Duration CHECK_LIMIT = Duration.ofSeconds(30);
    private static final Pattern FOR_A_SHELL = Pattern.compile("[\"$`\\\\\\n]");

    private final PostgresBinaries binaries;
    private final List<String> prefix;

    private ServerPrograms(PostgresBinaries binaries, List<String> prefix) {
        this.binaries = binaries;
        this.prefix = prefix;
    }

    /**
     * @param exitCode 0 if the program did what it was asked
     * @param output what it printed on both streams
     */
    record Run(int exitCode, String output) {
        boolean succeeded() {
            return exitCode == 0;
        }
    }

    /**
     * The programs as this user can run them on this folder.
     *
     * @throws EmbeddedPostgresFailure if this user can't run them, with the ways that were tried
     */
    static ServerPrograms forCurrentUser(PostgresBinaries binaries, ServerFolder folder) throws IOException {
        requireHarmlessName(folder.path());
        requireHarmlessName(binaries.folder());
        PrivateFiles.User user = PrivateFiles.currentUser();
        if (user.id() == ROOT) {
            return asNobody(binaries, folder, List.of(NAMESPACE, NOBODY));
        }
        return user.hasName()
                ? new ServerPrograms(binaries, List.of())
                : asNobody(binaries, folder, List.of(NAMESPACE));
    }

    /** @param ways commands that run another command as nobody */
    static ServerPrograms asNobody(PostgresBinaries binaries, ServerFolder folder, List<List<String>> ways) {
        List<String> check = List.of(
                "sh",
                "-c",
                CHECK,
                "sh",
                folder.path().toString(),
                binaries.program("postgres").toString(),
                folder.data().toString());
        List<String> failures = new ArrayList<>();
        for (List<String> way : ways) {
            ServerPrograms programs = new ServerPrograms(binaries, way);
            String failure = programs.failure(check);
            if (failure.isEmpty()) {
                return programs;
            }
            failures.add(way.get(0) + ": " + failure);
        }
        throw new EmbeddedPostgresFailure(
                "PostgreSQL runs neither as root nor as a user without a name, and not as nobody here ("
                        + String.join("; ", failures)
                        + "). Next: run the runtime as an ordinary user, or choose a folder that this user owns and"
                        + " everyone may pass through to with --data or TURING_DATA, or set TURING_DB_URL to a"
                        + " PostgreSQL 14 or newer");
    }

    /**
     * Runs a program to its end.
     *
     * @param limit after this it is killed
     * @throws EmbeddedPostgresFailure if it can't be run or outlives the limit
     */
    Run run(Duration limit, String program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(binaries.program(program).toString());
        command.addAll(arguments);
        return runCommand(limit, command);
    }

    /** pg_ctl starts the server through a shell, with the paths in double quotes. */
    private static void requireHarmlessName(Path folder) {
        if (FOR_A_SHELL.matcher(folder.toString()).find()) {
            throw new EmbeddedPostgresFailure("PostgreSQL's pg_ctl can't work with the folder " + folder
                    + ": its name has a quote, a dollar, a backquote, a backslash or a line break. Next: choose another"
                    + " with --data, TURING_DATA or XDG_CACHE_HOME");
        }
    }

    /** What keeps the command from succeeding; empty if nothing does. */
    private String failure(List<String> command) {
        try {
            Run run = runCommand(CHECK_LIMIT, command);
            return run.succeeded() ? "" : run.output().strip() + " (exit code " + run.exitCode() + ")";
        } catch (EmbeddedPostgresFailure failure) {
            return String.valueOf(failure.getMessage());
        }
    }

    private Run runCommand(Duration limit, List<String> command) {
        List<String> line = new ArrayList<>(prefix);
        line.addAll(command);
        Path output = null;
        try {
            // A file, not a pipe: the server that pg_ctl starts must not hang on a pipe that nobody reads.
            output = Files.createTempFile("turing-postgres", ".out");
            Process process = builder(line).redirectOutput(output.toFile()).start();
            if (!finished(process, limit)) {
                throw new EmbeddedPostgresFailure(String.join(" ", line) + " did not end within " + limit.toSeconds()
                        + " s and was killed. Next: look at the load of this machine and its disk");
            }
            return new Run(process.exitValue(), Files.readString(output));
        } catch (IOException failure) {
            throw new EmbeddedPostgresFailure(line.get(0) + " can't be run: " + failure.getMessage(), failure);
        } finally {
            if (output != null) {
                output.toFile().delete();
            }
        }
    }

    private static ProcessBuilder builder(List<String> line) {
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectInput(new File("/dev/null"));
        // Variables such as PGPORT or PGDATA of the user's own servers are not meant for this one.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    private static boolean finished(Process process, Duration limit) {
        try {
            boolean finished = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!finished) {
                process.destroyForcibly();
            }
            return finished;
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new EmbeddedPostgresFailure("interrupted while PostgreSQL was being started or stopped", interrupted);
        }
    }
}
