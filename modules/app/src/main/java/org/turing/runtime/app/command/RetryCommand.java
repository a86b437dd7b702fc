package org.turing.runtime.app.command;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.app.access.CommandDatabase;
import org.turing.runtime.app.report.Spoken;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.JdbcRegistry;
import org.turing.runtime.database.Retry;
import org.turing.runtime.domain.TaskType;
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
            "Let subjects be worked on again that died, were skipped, stayed, were set aside or are backing off.",
            "They start with their first attempt and a chain of their own, as soon as the inbox shows them."
        },
        footer = {
            "",
            "Examples:",
            "  turing retry 71                           the subject of a ticket",
            "  turing retry --task-type alma             every subject of a task type",
            "  turing retry --task-type alma --subject 1234",
            "  turing retry --all"
        })
final class RetryCommand implements Callable<Integer> {

    @ParentCommand
    private TuringCommand turing;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "TICKET", description = "The number of a ticket.")
    private @Nullable Long ticket;

    @Option(
            names = {"--task-type", "--task_type"},
            paramLabel = "NAME|ID",
            description = "A task type.")
    private @Nullable String taskType;

    @Option(names = "--subject", paramLabel = "ID", description = "One subject of the task type.")
    private @Nullable String subject;

    @Option(names = "--all", description = "Every task type.")
    private boolean all;

    @Option(names = "--finished-once", description = "Also what a task type with rerun = 'once' has finished.")
    private boolean finishedOnce;

    @Override
    public Integer call() throws Exception {
        long ways = Stream.of(ticket != null, taskType != null, all)
                .filter(way -> way)
                .count();
        if (ways != 1 || subject != null && taskType == null) {
            throw new ParameterException(
                    spec.commandLine(), "Name either a TICKET, or a --task-type with or without a --subject, or --all");
        }
        try (CommandDatabase command = CommandDatabase.open(turing.settings());
                Database database = command.connect()) {
            int freed = retry(database, new Retry(database));
            if (freed == 0 && ticket != null) {
                throw new CommandFailed("the subject of ticket " + ticket
                        + " is not kept back, or there is no such ticket (see: turing tickets)");
            }
            turing.report(Map.of("eligible_again", freed), Spoken.count(freed, "subject") + " may be worked on again");
            return 0;
        }
    }

    private int retry(Database database, Retry retry) throws CommandFailed {
        if (ticket != null) {
            return retry.ofTicket(ticket);
        }
        if (taskType != null) {
            long id = RegisteredTaskType.id(database, taskType);
            return subject == null ? retry.ofTaskType(id, finishedOnce) : retry.ofSubject(id, subject);
        }
        return new JdbcRegistry(database)
                .read().taskTypes().stream()
                        .mapToLong(TaskType::id)
                        .mapToInt(id -> retry.ofTaskType(id, finishedOnce))
                        .sum();
    }
}
