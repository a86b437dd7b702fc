package org.turing.runtime.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.bench.report.Findings;
import org.turing.runtime.bench.report.Goal;
import org.turing.runtime.bench.report.Machine;
import org.turing.runtime.bench.report.Report;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that measures, prints what came of it beside its goals, and leaves all figures in a file. */
public abstract class Benchmark implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private Program program = new Program();

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Where all figures go (bench-COMMAND.json in the current folder).")
    private @Nullable Path json;

    /** Measures; progress goes to standard error, and nothing to standard output. */
    protected abstract Findings measure() throws Exception;

    protected final Program program() {
        return program;
    }

    protected final CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("options are read before anything is measured");
        }
        return spec;
    }

    @Override
    public final Integer call() throws Exception {
        ObjectNode root = Findings.object()
                .put("benchmark", spec().name())
                .put("at", Instant.now().toString());
        Findings findings = run(program, root);
        Files.writeString(file(".json"), Findings.text(root.setAll(findings.json())));
        return 0;
    }

    /**
     * Measures a program and prints what came of it.
     *
     * @param json is told of the machine
     */
    public final Findings run(Program measured, ObjectNode json) throws Exception {
        program = measured;
        ObjectNode machine = Machine.here(measured.describe()).json().put("loadBefore", Machine.load());
        Report.conditions("before", measured.describe());
        Findings findings = measure();
        Report.conditions("after", measured.describe());
        json.set("machine", machine.put("loadAfter", Machine.load()));
        findings.lines().forEach(Report::line);
        Goal.table(findings.goals()).forEach(Report::line);
        return findings;
    }

    /**
     * A file beside that of the figures.
     *
     * @param ending of its name, in place of .json
     */
    protected final Path file(String ending) {
        Path figures = json == null ? Path.of("bench-" + spec().name() + ".json") : json;
        String name = figures.getFileName().toString().replaceFirst("\\.json$", "");
        return figures.resolveSibling(name + ending);
    }
}
