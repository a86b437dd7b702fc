package org.turing.runtime.scripts;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.ports.ScriptHost.ScriptFault;

/**
 * The configured Python, found once: what is on the PATH may be a version manager's shim, which costs hundreds of
 * milliseconds at each start.
 */
final class Interpreter {

    private static final String QUESTION = "import sys; print(sys.executable); print(sys.version_info >= (3, 8))";
    private static final long PATIENCE_SECONDS = 60;

    private final String configured;
    private final Path folder;
    private final Map<String, String> environment;
    private @Nullable Path found;

    Interpreter(String configured, Path folder, Map<String, String> environment) {
        this.configured = configured;
        this.folder = folder;
        this.environment = environment;
    }

    /**
     * The real interpreter.
     *
     * @throws ScriptFault if there is none, it does not answer, or it is too old
     */
    synchronized Path path() throws ScriptFault {
        if (found == null || !Files.isExecutable(found)) {
            found = ask();
        }
        return found;
    }

    private Path ask() throws ScriptFault {
        try {
            ProcessBuilder builder = new ProcessBuilder(configured, "-c", QUESTION).redirectErrorStream(true);
            builder.environment().clear();
            builder.environment().putAll(environment);
            // In the scripts folder, where a version manager may find a version of its own; there must be one.
            builder.directory(folder.toFile());
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw fault("does not answer within " + PATIENCE_SECONDS + " s");
            }
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            String[] lines = answer.split("\n");
            if (process.exitValue() != 0 || lines.length != 2) {
                throw fault("fails: " + answer);
            }
            if (!"True".equals(lines[1])) {
                throw fault("is older than 3.8");
            }
            return Path.of(lines[0]);
        } catch (IOException e) {
            throw fault("can't be started: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw fault("was not waited for: this thread was interrupted");
        }
    }

    private ScriptFault fault(String problem) {
        return new ScriptFault("Python interpreter '" + configured + "' " + problem
                + ". Fix: install Python 3.8 or newer, or set turing.scripts.python");
    }

    /** A program on the PATH of the scripts' environment, or null. */
    static @Nullable Path onPath(String program, Map<String, String> environment) {
        for (String part : environment.getOrDefault("PATH", "/usr/bin:/bin").split(File.pathSeparator)) {
            Path candidate = Path.of(part.isEmpty() ? "." : part, program);
            if (Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
                return candidate;
            }
        }
        return null;
    }
}
