package org.turing.runtime.app.inspection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Asks the configured Python who it is. */
public final class PythonFinding {

    private static final String THING = "python";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String QUESTION = """
            import sys, importlib.util
            psycopg2 = 'with' if importlib.util.find_spec('psycopg2') else 'without'
            print('%d.%d.%d at %s, %s psycopg2' % (*sys.version_info[:3], sys.executable, psycopg2))
            sys.exit(sys.version_info < (3, 8))
            """;

    private PythonFinding() {}

    /** Whether that Python can run scripts and has no psycopg2. */
    public static boolean lacksPsycopg2(Finding python) {
        return python.verdict() == Finding.Verdict.GOOD && python.message().endsWith("without psycopg2");
    }

    /** How it stands, asked from a folder, as a version manager may have its own idea there. */
    public static Finding of(String python, Path folder) {
        return of(python, folder, PATIENCE);
    }

    static Finding of(String python, Path folder, Duration patience) {
        String fix = ". Fix: install Python 3.8 or newer, or name one in turing.scripts.python or TURING_PYTHON";
        try {
            Process process = new ProcessBuilder(python, "-c", QUESTION)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return Finding.wrong(THING, "'" + python + "' does not answer" + fix);
            }
            // read after its end, which alone is waited for with patience: an answer fits the pipe
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.exitValue() == 0
                    ? Finding.good(THING, answer)
                    : Finding.wrong(THING, "'" + python + "' can't run scripts: " + answer + fix);
        } catch (IOException missing) {
            return Finding.wrong(THING, "'" + python + "' can't be started: " + missing.getMessage() + fix);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Finding.wrong(THING, "'" + python + "' was not waited for");
        }
    }
}
