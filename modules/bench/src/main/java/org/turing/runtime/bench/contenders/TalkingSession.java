package org.turing.runtime.bench.contenders;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.TalkingProcess;

/**
 * A contender's process that obeys three words, one line each, and answers each when it is done.
 *
 * <table>
 * <caption>What is said</caption>
 * <tr><th>to it</th><th>by it</th></tr>
 * <tr><td></td><td>{@code ready}: it waits for jobs</td></tr>
 * <tr><td>{@code enqueue COUNT}</td><td>{@code enqueued}: so many further jobs are ready, and are not begun</td></tr>
 * <tr><td>{@code work}</td><td>{@code began MICROS}: when it began with them; it goes on</td></tr>
 * </table>
 *
 * <p>When there are no more lines it ends. What it says besides on its output is passed over. Its last argument is the
 * title of the workload, and the variables of {@link BenchDatabase#environment} tell it of the database.
 */
public final class TalkingSession implements Contender.Session {

    private static final Duration LONGEST_ANSWER = Duration.ofMinutes(3);

    private final TalkingProcess process;
    private final String left;

    private TalkingSession(TalkingProcess process, String left) {
        this.process = process;
        this.left = left;
    }

    /**
     * Spawns the process and waits until it is ready.
     *
     * @param name of its log, for the benchmark's folder
     * @param command to which the workload is added
     * @param left what {@link #left} returns
     */
    public static TalkingSession open(
            String name, List<String> command, BenchDatabase database, Workload workload, String left)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(command);
        line.add(workload.title());
        Path log = database.folder().resolve(name + ".log");
        TalkingProcess process = TalkingProcess.spawn(line, database.environment(), log);
        try {
            process.await("ready", LONGEST_ANSWER);
            return new TalkingSession(process, left);
        } catch (IOException | InterruptedException failure) {
            process.close();
            throw failure;
        }
    }

    @Override
    public void enqueue(int jobs) throws IOException, InterruptedException {
        process.tell("enqueue " + jobs);
        process.await("enqueued", LONGEST_ANSWER);
    }

    @Override
    public long work() throws IOException, InterruptedException {
        process.tell("work");
        return Long.parseLong(process.await("began", LONGEST_ANSWER));
    }

    @Override
    public String left() {
        return left;
    }

    @Override
    public void requireAlive() throws IOException {
        process.requireAlive();
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
