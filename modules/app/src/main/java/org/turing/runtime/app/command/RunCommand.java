package org.turing.runtime.app.command;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.app.access.RuntimeAccess;
import org.turing.runtime.app.program.Assignment;
import org.turing.runtime.app.program.RuntimeProgram;
import org.turing.runtime.app.settings.Settings;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;
import org.turing.runtime.ports.view.UnknownName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code turing run}. */
@Command(
        name = "run",
        description = {
            "Run one subject by hand, whether or not it is in the inbox, and show what came out.",
            "The script gets its row from the inbox, or from the declared table in any status; where there is none it "
                    + "gets the id alone.",
            "The runtime of the data folder runs it; where none runs, this command does."
        },
        footer = {"", "Examples:", "  turing run clara_a 1234", "  turing run 9364 1234 --json"})
final class RunCommand implements Callable<Integer> {

    @ParentCommand
    private TuringCommand turing;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "TASK_TYPE", description = "The task type, by name or id.")
    private String taskType;

    @Parameters(index = "1", paramLabel = "SUBJECT", description = "The subject's id.")
    private String subject;

    @Override
    public Integer call() throws Exception {
        Settings settings = turing.settings();
        Optional<RuntimeAccess> runtime = RuntimeAccess.find(settings);
        if (runtime.isEmpty() && !settings.cluster().alone()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "no node of the cluster runs on the data folder " + settings.data()
                            + ". Fix: run this where one runs, or start one here: turing start");
        }
        RunReport report = runtime.isPresent() ? runtime.get().client().run(taskType, subject) : runHere();
        turing.report(report, text(report));
        return report.done() ? 0 : TuringCommandLine.FAILED;
    }

    /** With an HTTP API of its own on any port: it is there for a moment, and the usual one may be taken. */
    private RunReport runHere() throws Exception {
        Map<String, String> modest = Map.of("turing.http.port", "0", "turing.jmx.port", "-1");
        CompletableFuture<Void> never = new CompletableFuture<>();
        try (RuntimeProgram program =
                RuntimeProgram.start(turing.settings(modest), Assignment.BY_HAND, Version.current(), never)) {
            return program.control()
                    .run(taskType, subject)
                    .toCompletableFuture()
                    .get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof UnknownName unknown ? unknown : failed;
        }
    }

    private static String text(RunReport report) {
        StringBuilder text = new StringBuilder();
        if (report.ticketId() != null) {
            text.append("ticket ").append(report.ticketId()).append(": ").append(report.status());
        }
        append(text, "error", report.error());
        append(text, "output", report.output());
        append(text, "stdout", report.stdout());
        append(text, "stderr", report.stderr());
        return text.toString().strip();
    }

    private static void append(StringBuilder text, String label, @Nullable String part) {
        if (part != null && !part.isBlank()) {
            String stripped = part.stripTrailing();
            boolean several = stripped.contains("\n");
            text.append('\n').append(label).append(several ? ":\n" : ": ").append(stripped);
        }
    }
}
