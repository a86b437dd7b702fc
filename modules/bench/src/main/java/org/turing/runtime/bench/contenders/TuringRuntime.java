package org.turing.runtime.bench.contenders;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.Program;
import org.turing.runtime.bench.RuntimeProcess;
import org.turing.runtime.bench.Shell;
import org.turing.runtime.bench.steps.EchoJobs;
import org.turing.runtime.bench.steps.NoOpStep;
import org.turing.runtime.bench.steps.StepJar;

/**
 * The program itself, as {@code java -jar} starts it, with a step in Java that does nothing or a script that echoes.
 */
public final class TuringRuntime implements Contender {

    public static final String NAME = "turing-runtime";

    private final Program program;
    private final Shape shape;

    public TuringRuntime(Program program) {
        this(program, Shape.PLAIN);
    }

    public TuringRuntime(Program program, Shape shape) {
        this.program = program;
        this.shape = shape;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() {
        try (JarFile jar = new JarFile(program.jar().toFile())) {
            return String.valueOf(jar.getManifest().getMainAttributes().getValue("Implementation-Version"));
        } catch (IOException unreadable) {
            return "?";
        }
    }

    @Override
    public String settings() {
        return "no-op and status: a java step; thick and script: a lane per processor and no access to the database for"
                + " scripts; all other settings are defaults but, where rows stay in the inbox, rerun = 'once'";
    }

    @Override
    public @Nullable String hindrance() {
        Path jar = program.jar();
        return Files.isRegularFile(jar) ? null : jar + " is not the program's jar. Name it by --jar FILE";
    }

    @Override
    public Session open(BenchDatabase database, Workload workload)
            throws IOException, SQLException, InterruptedException {
        Path scripts = database.folder().resolve("scripts");
        EchoJobs.writeScripts(scripts);
        StepJar.write(scripts, NoOpStep.class);
        Shell.run(program.ofJar("init"), RuntimeProcess.environment(database, scripts));
        TuringJobs jobs = new TuringJobs(database, workload, shape);
        jobs.register();
        RuntimeProcess runtime = RuntimeProcess.spawn(program, database, scripts, Map.of());
        try {
            runtime.awaitAnnounced();
            return new TuringSession(program, database, scripts, runtime, jobs);
        } catch (IOException failure) {
            runtime.close();
            throw failure;
        }
    }
}
