package org.turing.runtime.scripts;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.turing.runtime.domain.Chain;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Rerun;
import org.turing.runtime.domain.Subject;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.ScriptHost;

/** A subject as the line that a worker reads, and its answer from the line that it writes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class WorkerProtocol {

    private static final List<String> LABELS = List.of("ticket_id");

    /** Of the text in the subject, which the worker gives back. */
    @Param({"100", "10000"})
    public int characters;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final LaneRun lane = new LaneRun(taskType(), List.of(), null, Duration.ofMinutes(1), new Nobody(), timer);
    private final ResultReader reader = new ResultReader(ReadingRoom.ofThisJvm());
    private final Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    private Claim claim = claim("");
    private byte[] answer = {};

    @Setup
    public void fill() {
        String fields =
                "{\"id\": 42, \"tags\": [\"first\", \"second\", 3], \"text\": \"" + "a".repeat(characters) + "\"}";
        claim = claim(fields);
        answer = ("{\"success\": true, \"ticket_id\": 7, \"output\": " + fields + "}\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    @TearDown
    public void end() {
        timer.shutdown();
    }

    @Benchmark
    public byte[] encode() {
        return TicketLine.of(lane, claim);
    }

    @Benchmark
    public Object decode() {
        try (HeldLine held = new HeldLine(folder)) {
            held.append(answer, 0, answer.length);
            return reader.read(held, LABELS);
        }
    }

    private static Claim claim(String fields) {
        return new Claim(7, 7, 1, new Subject("item", "42"), 1, new Chain(new UUID(1, 2), 0), "model", 1, fields);
    }

    private static TaskType taskType() {
        return new TaskType(
                1,
                "echo",
                "",
                null,
                true,
                "SELECT id FROM item",
                null,
                "echo.py",
                "model",
                List.of(),
                List.of(),
                ExecutionType.THICK,
                null,
                100,
                null,
                0,
                null,
                null,
                3,
                Duration.ofSeconds(10),
                Rerun.ON_RETURN,
                null);
    }

    private static final class Nobody implements ScriptHost.Listener {
        @Override
        public void started(Claim claim) {
            // no script is run
        }

        @Override
        public void finished(Claim claim, ScriptHost.Result result) {
            // no script is run
        }
    }
}
