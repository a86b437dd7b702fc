package org.turing.runtime.bench.scripts;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.turing.runtime.bench.contenders.BatchLoop;
import org.turing.runtime.bench.contenders.JobLoop;
import org.turing.runtime.bench.steps.EchoJobs;

/**
 * Claims a batch of jobs, pipes each as a line to one of several Python processes, a line at a time per process, and
 * completes a batch with what they answered. The next batch is claimed while the processes are busy with the one
 * before; work returns when nothing is left. Arguments: script, interpreter, processes, size of a batch, workload.
 */
final class PipeLoop extends BatchLoop {

    private static final String CREATE = """
            CREATE TABLE jobs (id bigint PRIMARY KEY, state smallint NOT NULL DEFAULT 0, body jsonb NOT NULL,
                               output jsonb);
            CREATE INDEX ready_jobs ON jobs (id) WHERE state = 0""";

    private static final String COMPLETE = """
            UPDATE jobs SET state = 2, output = CAST(answer.output AS jsonb)
              FROM unnest(?, ?) AS answer (id, output) WHERE jobs.id = answer.id""";

    private record Answer(long id, String output) {}

    private final PreparedStatement claim;
    private final PreparedStatement complete;
    private final int batch;
    private final BlockingQueue<Pipe> idle = new LinkedBlockingQueue<>();
    private final ExecutorService threads;
    private final CompletionService<Answer> answers;

    private PipeLoop(Path script, Path python, int processes, int batch) throws IOException, SQLException {
        super(CREATE);
        this.batch = batch;
        this.threads = Executors.newFixedThreadPool(processes);
        this.answers = new ExecutorCompletionService<>(threads);
        this.claim = connection().prepareStatement(claim("jobs.id, CAST(body AS text)"));
        claim.setInt(1, batch);
        this.complete = connection().prepareStatement(COMPLETE);
        for (int process = 0; process < processes; process++) {
            idle.add(new Pipe(new ProcessBuilder(python.toString(), script.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start()));
        }
    }

    public static void main(String[] arguments) throws IOException, SQLException {
        JobLoop.obey(new PipeLoop(
                Path.of(arguments[0]),
                Path.of(arguments[1]),
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3])));
    }

    @Override
    protected String insert(long first, int jobs) {
        return EchoJobs.insert(first, jobs);
    }

    @Override
    public void work(Began first) throws SQLException {
        first.now();
        int open = claim();
        while (open > 0) {
            int ahead = claim();
            complete(Math.min(open, batch));
            open += ahead - Math.min(open, batch);
        }
    }

    private int claim() throws SQLException {
        int claimed = 0;
        try (ResultSet row = claim.executeQuery()) {
            while (row.next()) {
                long id = row.getLong(1);
                String line = EchoJobs.line(id, row.getString(2));
                answers.submit(() -> new Answer(id, pipe(line)));
                claimed++;
            }
        }
        connection().commit();
        return claimed;
    }

    private String pipe(String line) throws IOException, InterruptedException {
        Pipe pipe = idle.take();
        try {
            return pipe.pass(line);
        } finally {
            idle.add(pipe);
        }
    }

    private void complete(int jobs) throws SQLException {
        Long[] ids = new Long[jobs];
        String[] outputs = new String[jobs];
        for (int job = 0; job < jobs; job++) {
            Answer answer = next();
            ids[job] = answer.id();
            outputs[job] = answer.output();
        }
        complete.setArray(1, connection().createArrayOf("bigint", ids));
        complete.setArray(2, connection().createArrayOf("text", outputs));
        complete.executeUpdate();
        connection().commit();
    }

    private Answer next() {
        try {
            return answers.take().get();
        } catch (ExecutionException failure) {
            throw new IllegalStateException("a job failed", failure.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    @Override
    public void close() throws SQLException {
        super.close();
        threads.shutdown();
        idle.forEach(Pipe::end);
    }

    /** A Python process that answers each line. */
    private static final class Pipe {
        private final Process process;
        private final Writer to;
        private final BufferedReader from;

        Pipe(Process process) {
            this.process = process;
            this.to = process.outputWriter(StandardCharsets.UTF_8);
            this.from = process.inputReader(StandardCharsets.UTF_8);
        }

        String pass(String line) throws IOException {
            to.write(line);
            to.flush();
            String answer = from.readLine();
            if (answer == null) {
                throw new IOException("a Python process has ended");
            }
            return answer;
        }

        void end() {
            process.destroy();
        }
    }
}
