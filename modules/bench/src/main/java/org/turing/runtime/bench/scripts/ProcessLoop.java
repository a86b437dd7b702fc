package org.turing.runtime.bench.scripts;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.turing.runtime.bench.contenders.JobLoop;
import org.turing.runtime.bench.steps.EchoJobs;

/**
 * A process per job, several at a time, and nothing else: no database, no time limit, nothing that is kept. Work is
 * over when it returns from {@link #work}. Arguments: script, interpreter, processes at a time.
 */
final class ProcessLoop implements JobLoop {

    private static final String BODY = "{\"name\": \"job\", \"tags\": [\"first\", \"second\", 3], \"text\": \""
            + "a line of some text ".repeat(12) + "\"}";

    private final ExecutorService threads;
    private final Path python;
    private final Path script;
    private long first;
    private int jobs;

    private ProcessLoop(Path script, Path python, int processes) {
        this.threads = Executors.newFixedThreadPool(processes);
        this.python = python;
        this.script = script;
    }

    public static void main(String[] arguments) throws IOException, SQLException {
        JobLoop.obey(new ProcessLoop(Path.of(arguments[0]), Path.of(arguments[1]), Integer.parseInt(arguments[2])));
    }

    @Override
    public void enqueue(long first, int jobs) {
        this.first = first;
        this.jobs = jobs;
    }

    @Override
    public void work(Began began) {
        began.now();
        List<Future<String>> runs = new ArrayList<>();
        for (long id = first; id < first + jobs; id++) {
            long job = id;
            runs.add(threads.submit(() -> run(job)));
        }
        try {
            for (Future<String> run : runs) {
                run.get();
            }
        } catch (ExecutionException failure) {
            throw new IllegalStateException("a job failed", failure.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    /** Returns what it printed. */
    private String run(long id) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(python.toString(), script.toString(), Long.toString(id))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(EchoJobs.line(id, BODY).getBytes(StandardCharsets.UTF_8));
        }
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = process.waitFor();
        if (exitCode != 0) {
            throw new IOException("job " + id + " ended with exit code " + exitCode);
        }
        return printed;
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
