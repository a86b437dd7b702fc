package org.turing.runtime.app.command;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.app.access.CommandDatabase;
import org.turing.runtime.app.report.TerminalWidth;
import org.turing.runtime.app.report.TicketReport;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.TicketQueries;
import org.turing.runtime.database.TicketQueries.Filter;
import org.turing.runtime.database.TicketQueries.Ticket;
import org.turing.runtime.domain.TicketStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code turing tickets}. */
@Command(
        name = "tickets",
        description = "Show tickets, latest first.",
        footer = {
            "",
            "Examples:",
            "  turing tickets",
            "  turing tickets --failed                      with their errors and last lines of stderr",
            "  turing tickets --task-type alma --limit 100",
            "  turing tickets --subject 1234                what became of one subject",
            "  turing tickets --counts                      how many of each kind"
        })
final class TicketsCommand implements Callable<Integer> {

    private static final int MOST = 100_000;

    @ParentCommand
    private TuringCommand turing;

    @Spec
    private CommandSpec spec;

    @Option(names = "--failed", description = "Those that failed or died, with the error and the last lines of stderr.")
    private boolean failed;

    @Option(
            names = {"--task-type", "--task_type"},
            paramLabel = "NAME|ID",
            description = "Those of this task type.")
    private @Nullable String taskType;

    @Option(names = "--subject", paramLabel = "ID", description = "Those of this subject.")
    private @Nullable String subject;

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            description = "Those that are running, completed, skipped, failed, dead, overtaken or cancelled.")
    private @Nullable String status;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "At most N; 20 without it.")
    private int limit;

    @Option(names = "--counts", description = "How many each task type has in each status.")
    private boolean counts;

    @Override
    public Integer call() throws Exception {
        TicketStatus wanted = status();
        if (limit < 1 || limit > MOST) {
            throw new ParameterException(spec.commandLine(), "--limit must be from 1 to " + MOST + ", not " + limit);
        }
        try (CommandDatabase command = CommandDatabase.open(turing.settings());
                Database database = command.connect()) {
            TicketQueries queries = new TicketQueries(database);
            int width = TerminalWidth.columns();
            if (counts) {
                List<TicketQueries.Count> found = queries.counts();
                turing.report(found, String.join("\n", TicketReport.counts(found)));
                return 0;
            }
            Long id = taskType == null ? null : RegisteredTaskType.id(database, taskType);
            List<Ticket> found = queries.find(new Filter(failed, id, subject, wanted, limit));
            turing.report(
                    found,
                    String.join("\n", failed ? TicketReport.failures(found, width) : TicketReport.lines(found, width)));
            return 0;
        }
    }

    private @Nullable TicketStatus status() {
        if (status == null) {
            return null;
        }
        try {
            return TicketStatus.ofSqlName(status);
        } catch (IllegalArgumentException unknown) {
            List<String> names = List.of(TicketStatus.values()).stream()
                    .map(value -> value.name().toLowerCase(Locale.ROOT))
                    .toList();
            throw new ParameterException(
                    spec.commandLine(), "--status must be one of " + String.join(", ", names) + ", not " + status);
        }
    }
}
