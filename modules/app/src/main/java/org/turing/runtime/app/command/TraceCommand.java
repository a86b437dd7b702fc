package org.turing.runtime.app.command;

import java.util.List;
import java.util.concurrent.Callable;
import org.turing.runtime.app.access.CommandDatabase;
import org.turing.runtime.app.report.TerminalWidth;
import org.turing.runtime.app.report.TraceReport;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.TicketQueries;
import org.turing.runtime.database.TicketQueries.Chain;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code turing trace}. */
@Command(
        name = "trace",
        description = {
            "Show the way of a subject: its chains with their tickets in order.",
            "A number that is no subject's id is taken for that of a ticket."
        },
        footer = {
            "",
            "Examples:",
            "  turing trace 1234                  every chain of a subject",
            "  turing trace --ticket 71           the chain that a ticket belongs to"
        })
final class TraceCommand implements Callable<Integer> {

    private static final String TICKET = "\\d{1,18}";

    @ParentCommand
    private TuringCommand turing;

    @Parameters(paramLabel = "SUBJECT|TICKET", description = "A subject's id, or the number of a ticket.")
    private String thing;

    @Option(names = "--ticket", description = "It is the number of a ticket, whatever subjects there are.")
    private boolean ticket;

    @Override
    public Integer call() throws Exception {
        try (CommandDatabase command = CommandDatabase.open(turing.settings());
                Database database = command.connect()) {
            List<Chain> chains = chains(new TicketQueries(database));
            if (chains.isEmpty()) {
                throw new CommandFailed("there is no ticket " + (ticket ? thing : "of subject '" + thing + "'")
                        + " among those that are kept (see: turing tickets)");
            }
            turing.report(chains, String.join("\n", TraceReport.lines(chains, TerminalWidth.columns())));
            return 0;
        }
    }

    private List<Chain> chains(TicketQueries queries) {
        List<Chain> ofSubject = ticket ? List.of() : queries.chainsOfSubject(thing);
        boolean number = thing.matches(TICKET);
        return ofSubject.isEmpty() && number ? queries.chainOfTicket(Long.parseLong(thing)) : ofSubject;
    }
}
