package org.turing.runtime.app.command;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.actors.RunSummary;
import org.turing.runtime.actors.cluster.Removed;
import org.turing.runtime.app.inspection.TaskTypeInspection;
import org.turing.runtime.app.program.Assignment;
import org.turing.runtime.app.program.DryRun;
import org.turing.runtime.app.program.RuntimeProgram;
import org.turing.runtime.app.program.SpareHeap;
import org.turing.runtime.app.program.StopSignals;
import org.turing.runtime.app.report.DryRunReport;
import org.turing.runtime.app.report.TerminalWidth;
import org.turing.runtime.app.settings.Logs;
import org.turing.runtime.app.settings.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code turing start}. */
@Command(
        name = "start",
        description = {
            "Start the runtime in the foreground, until it is stopped by Ctrl-C, SIGTERM or 'turing stop'.",
            "The first signal lets it finish what runs, a second one ends what runs, a third one ends it at once."
        },
        footer = {
            "",
            "Examples:",
            "  turing start",
            "  turing start --pipeline owl --run-once    until nothing is left to do; exit code 1 if",
            "                                            anything died or stays blocked",
            "  turing start --task_type clara_a --task_type 9365 --limit 100",
            "  turing start --task_type alma --subjects 17,18 --dry-run"
        })
final class StartCommand implements Callable<Integer> {

    private static final Logger log = LoggerFactory.getLogger(StartCommand.class);

    @ParentCommand
    private TuringCommand turing;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"--task_type", "--task-type"},
            paramLabel = "NAME|ID",
            description = "Run this task type only; repeatable.")
    private Set<String> taskTypes = new LinkedHashSet<>();

    @Option(names = "--pipeline", paramLabel = "NAME", description = "Run the task types of this pipeline only.")
    private @Nullable String pipeline;

    @Option(names = "--limit", paramLabel = "N", description = "Leave after N tickets.")
    private @Nullable Long limit;

    @Option(
            names = "--subjects",
            paramLabel = "ID",
            split = ",",
            description = "Run these subjects only; several separated by commas.")
    private Set<String> subjects = new LinkedHashSet<>();

    @Option(names = "--run-once", description = "Leave when nothing is left to do, retries included.")
    private boolean runOnce;

    @Option(names = "--dry-run", description = "Show what would run, and run nothing.")
    private boolean dryRun;

    @Option(
            names = "--until-end-of",
            paramLabel = "PID",
            hidden = true,
            description = "Stop when that process ends, as if by a signal.")
    private @Nullable Long untilEndOf;

    @Override
    public Integer call() throws Exception {
        if (limit != null && limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit must be at least 1, not " + limit);
        }
        Assignment assignment =
                new Assignment(taskTypes, pipeline, limit == null ? 0 : limit, subjects, runOnce, false);
        Settings settings = turing.settings();
        if (dryRun) {
            return show(settings, assignment);
        }
        if (!settings.cluster().alone() && !assignment.equals(Assignment.EVERYTHING)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--task_type, --pipeline, --limit, --subjects and --run-once are for a runtime by itself, and"
                            + " turing.cluster.seeds makes this a node of a cluster, which runs everything. Fix: leave"
                            + " them out, or start with -D turing.cluster.seeds=");
        }
        return run(settings, assignment);
    }

    private int run(Settings settings, Assignment assignment) throws Exception {
        Logs.ofRuntime(settings.log());
        SpareHeap.giveBack();
        StopSignals signals = StopSignals.listen();
        if (untilEndOf != null) {
            signals.endWith(untilEndOf);
        }
        RunSummary summary = null;
        while (summary == null) {
            try (RuntimeProgram program =
                    RuntimeProgram.start(settings, assignment, Version.current(), signals.first())) {
                signals.stops(program.control());
                summary = program.whenDone().toCompletableFuture().join();
            } catch (CompletionException failure) {
                if (!(failure.getCause() instanceof Removed) || signals.heard()) {
                    throw failure;
                }
                log.warn("{}. It comes back as a new node", failure.getCause().getMessage());
            }
        }
        turing.report(summary, text(summary));
        boolean toTheEnd = assignment.runOnce() || assignment.limit() > 0;
        boolean failed = !summary.unwritten().isEmpty() || toTheEnd && !summary.clean();
        return failed ? TuringCommandLine.FAILED : 0;
    }

    private int show(Settings settings, Assignment assignment) throws Exception {
        List<TaskTypeInspection> found = DryRun.of(settings, assignment);
        turing.report(
                found.stream().map(DryRunReport.Line::of).toList(),
                String.join("\n", DryRunReport.lines(found, TerminalWidth.columns())));
        return found.stream().allMatch(inspection -> inspection.problems().isEmpty()) ? 0 : TuringCommandLine.FAILED;
    }

    private static String text(RunSummary summary) {
        StringBuilder text = new StringBuilder("completed " + summary.completed() + ", skipped " + summary.skipped()
                + ", failed " + summary.failed() + ", dead " + summary.dead() + ", overtaken " + summary.overtaken()
                + ", cancelled " + summary.cancelled());
        if (summary.failed() + summary.dead() > 0) {
            text.append("\nwhat failed: turing tickets --failed");
        }
        summary.blocked().forEach(line -> text.append("\nblocked: ").append(line));
        summary.unwritten().forEach(line -> text.append("\nto be run again: ").append(line));
        return text.toString();
    }
}
