package org.turing.runtime.app.command;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.app.access.CommandDatabase;
import org.turing.runtime.app.report.Spoken;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.Retry;
import org.turing.runtime.database.Retry.Filter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code turing retry}. */
@Command(
        name = "retry",
        description = {
            "Let subjects be worked on again that died, were skipped, stayed, were set",
            "aside or are backing off: that of a ticket, or those that every filter given",
            "lets through. They start with their first attempt and a chain of their own, as",
            "soon as the inbox shows them."
        },
        footer = {
            "",
            "Examples:",
            "  turing retry 71                           the subject of a ticket",
            "  turing retry --task-type alma             every subject of a task type",
            "  turing retry --task-type alma --subject 1234",
            "  turing retry --state dead --error 'connection refused' --since 2h",
            "  turing retry --all --dry-run              how many it would be"
        })
final class RetryCommand implements Callable<Integer> {

    private static final String FINISHED_ONCE = "once";
    private static final Pattern SPAN = Pattern.compile("(\\d{1,6})([smhd])");

    @ParentCommand
    private TuringCommand turing;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "TICKET", description = "The number of a ticket.")
    private @Nullable Long ticket;

    @Option(
            names = {"--task-type", "--task_type"},
            paramLabel = "NAME|ID",
            description = "Those of this task type.")
    private @Nullable String taskType;

    @Option(names = "--subject", paramLabel = "ID", description = "This subject.")
    private @Nullable String subject;

    @Option(
            names = "--state",
            split = ",",
            paramLabel = "STATE",
            description = "Those that are dead, stayed, skipped, set_aside, backing_off or once; several by commas.")
    private @Nullable List<String> states;

    @Option(names = "--error", paramLabel = "TEXT", description = "Those whose error or reason contains this.")
    private @Nullable String error;

    @Option(
            names = "--since",
            paramLabel = "SPAN",
            description = "Those whose latest ticket ended within it: 90s, 30m, 2h or 7d.")
    private @Nullable String since;

    @Option(names = "--all", description = "Those of every task type.")
    private boolean all;

    @Option(names = "--finished-once", description = "Also what a task type with rerun = 'once' has finished.")
    private boolean finishedOnce;

    @Option(names = "--dry-run", description = "Say how many it would be and change nothing.")
    private boolean dryRun;

    @Override
    public Integer call() throws Exception {
        refuseUnlessClear();
        Set<String> wanted = states();
        Duration span = span();
        try (CommandDatabase command = CommandDatabase.open(turing.settings());
                Database database = command.connect()) {
            Long id = taskType == null ? null : RegisteredTaskType.id(database, taskType);
            Filter filter =
                    ticket != null ? Filter.ofTicket(ticket) : new Filter(null, id, subject, wanted, error, span);
            Retry retry = new Retry(database);
            int subjects = dryRun ? retry.count(filter) : retry.revive(filter);
            if (subjects == 0 && ticket != null) {
                throw new CommandFailed("the subject of ticket " + ticket
                        + " is not kept back, or there is no such ticket (see: turing tickets)");
            }
            turing.report(
                    Map.of(dryRun ? "would_be_eligible_again" : "eligible_again", subjects),
                    Spoken.count(subjects, "subject") + (dryRun ? " would" : " may") + " be worked on again");
            return 0;
        }
    }

    private void refuseUnlessClear() {
        boolean filtered = Stream.of(taskType, subject, states, error, since).anyMatch(given -> given != null);
        boolean named = taskType != null || subject != null;
        if (ticket == null && !filtered && !all
                || ticket != null && (filtered || all || finishedOnce)
                || all && named) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Name either a TICKET, or what to retry by --task-type, --subject, --state, --error and --since,"
                            + " or --all");
        }
        if (states != null && finishedOnce) {
            throw new ParameterException(spec.commandLine(), "Say --state once instead of --finished-once");
        }
    }

    private Set<String> states() {
        if (states == null) {
            Set<String> usual = new HashSet<>(Retry.STATES);
            if (!finishedOnce && subject == null) {
                usual.remove(FINISHED_ONCE);
            }
            return usual;
        }
        Set<String> wanted = new LinkedHashSet<>(states);
        for (String state : wanted) {
            if (!Retry.STATES.contains(state)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--state must be one of " + String.join(", ", Retry.STATES) + ", not '" + state + "'");
            }
        }
        return wanted;
    }

    private @Nullable Duration span() {
        if (since == null) {
            return null;
        }
        Matcher span = SPAN.matcher(since);
        if (!span.matches()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--since must be a number with s, m, h or d, such as 30m or 2h, not '" + since + "'");
        }
        long number = Long.parseLong(span.group(1));
        return switch (span.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }
}
