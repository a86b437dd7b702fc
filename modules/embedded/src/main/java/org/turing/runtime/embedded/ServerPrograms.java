package org.turing.runtime.embedded;

import com.sun.security.auth.module.UnixSystem;
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
 * <p>PostgreSQL refuses to run as root. Root's programs therefore run under {@code unshare -U}: in a user namespace
 * without a mapping they see themselves as nobody, while the kernel still lets them use the files that root owns (and
 * only those: root's other powers are gone in there).
 */
final class ServerPrograms {

    private static final String INSTEAD =
            "run the runtime as an ordinary user, or set TURING_DB_URL to a PostgreSQL 14 or newer";
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(30);

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
     * @throws EmbeddedPostgresFailure if this user is root and the system gives root no user namespaces
     */
    static ServerPrograms forCurrentUser(PostgresBinaries binaries, Path folder) {
        requireHarmlessName(folder);
        requireHarmlessName(binaries.folder());
        return new UnixSystem().getUid() == 0
                ? forRoot(binaries, folder, List.of("unshare", "-U"))
                : new ServerPrograms(binaries, List.of());
    }

    /** @param prefix the command that runs another one as something else than root */
    static ServerPrograms forRoot(PostgresBinaries binaries, Path folder, List<String> prefix) {
        ServerPrograms programs = new ServerPrograms(binaries, prefix);
        programs.requireNamespaces();
        programs.requireAccess(folder, "-w");
        programs.requireAccess(binaries.program("postgres"), "-x");
        return programs;
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

    private void requireNamespaces() {
        Run probe;
        try {
            probe = runCommand(PROBE_LIMIT, List.of("true"));
        } catch (EmbeddedPostgresFailure failure) {
            throw new EmbeddedPostgresFailure(
                    "PostgreSQL does not run as root, and the program unshare, which would help, is not there. Next: "
                            + INSTEAD,
                    failure);
        }
        if (!probe.succeeded()) {
            throw new EmbeddedPostgresFailure("PostgreSQL does not run as root, and user namespaces, which would help,"
                    + " are not permitted here (" + probe.output().strip() + "). Next: " + INSTEAD);
        }
    }

    private void requireAccess(Path path, String kind) {
        if (!runCommand(PROBE_LIMIT, List.of("test", kind, path.toString())).succeeded()) {
            throw new EmbeddedPostgresFailure(
                    path + " can't be used by root's PostgreSQL, which has only the rights of an"
                            + " ordinary owner: root must own it, and everyone on the way to it must be let through. Next:"
                            + " choose a folder of root's own with --data or TURING_DATA, or " + INSTEAD);
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
            throw new EmbeddedPostgresFailure(
                    line.get(0) + " can't be run: " + failure.getMessage()
                            + ". (The binaries are built for glibc; on Alpine Linux, or where the folder is mounted"
                            + " noexec, they do not start.) Next: set TURING_DB_URL to a PostgreSQL 14 or newer",
                    failure);
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
