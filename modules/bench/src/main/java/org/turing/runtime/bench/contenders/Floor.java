package org.turing.runtime.bench.contenders;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.DriverInfo;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.Program;

/** The yardstick: see {@link FloorLoop}. */
public final class Floor implements Contender {

    public static final String NAME = "floor";

    private final Program program;
    private final int batch;

    public Floor(Program program, int batch) {
        this.program = program;
        this.batch = batch;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() {
        return "JDBC driver " + DriverInfo.DRIVER_VERSION;
    }

    @Override
    public String settings() {
        return "one connection, batches of " + batch
                + ", prepared statements, a commit after claims and after completions";
    }

    @Override
    public @Nullable String hindrance() {
        return null;
    }

    /** It claims in the order of the numbers, so that the last job is the last one to be completed. */
    @Override
    public Session open(BenchDatabase database, Workload workload) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(program.ofClass(FloorLoop.class));
        command.add(Integer.toString(batch));
        return TalkingSession.open(
                NAME, command, database, workload, "SELECT state <> 2 FROM jobs ORDER BY id DESC LIMIT 1");
    }
}
