package org.turing.runtime.bench.scripts;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.Program;
import org.turing.runtime.bench.Python;
import org.turing.runtime.bench.contenders.BlockingSession;
import org.turing.runtime.bench.contenders.Contender;
import org.turing.runtime.bench.contenders.Floor;
import org.turing.runtime.bench.contenders.TalkingSession;
import org.turing.runtime.bench.contenders.Workload;
import org.turing.runtime.bench.steps.EchoJobs;

/** The yardsticks of scripts: see {@link PipeLoop} and {@link ProcessLoop}. */
public final class ScriptFloor implements Contender {

    private final Program program;
    private final Python python;
    private final int processes;
    private final int batch;

    /** @param processes at a time */
    public ScriptFloor(Program program, Python python, int processes, int batch) {
        this.program = program;
        this.python = python;
        this.processes = processes;
        this.batch = batch;
    }

    @Override
    public String name() {
        return Floor.NAME;
    }

    @Override
    public String version() {
        return "Python " + python.version();
    }

    @Override
    public String settings() {
        return processes
                + " Python processes at a time; thick: lines piped to them by a loop that claims and completes in"
                + " batches of " + batch
                + ", a batch ahead; script: started by ProcessBuilder, nothing in the database";
    }

    @Override
    public @Nullable String hindrance() {
        return null;
    }

    @Override
    public Session open(BenchDatabase database, Workload workload) throws IOException, InterruptedException {
        Path scripts = EchoJobs.writeScripts(database.folder().resolve("floor"));
        List<String> command = new ArrayList<>();
        if (workload == Workload.SCRIPT) {
            command.addAll(program.ofClass(ProcessLoop.class));
            command.add(scripts.resolve(EchoJobs.ONCE).toString());
        } else {
            command.addAll(program.ofClass(PipeLoop.class));
            command.add(scripts.resolve(EchoJobs.LINES).toString());
        }
        command.addAll(List.of(python.path().toString(), Integer.toString(processes), Integer.toString(batch)));
        return new BlockingSession(TalkingSession.open(Floor.NAME, command, database, workload, "SELECT false"));
    }
}
