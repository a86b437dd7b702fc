package org.turing.runtime.app.report;

import java.util.ArrayList;
import java.util.List;
import org.turing.runtime.database.TicketQueries.Chain;
import org.turing.runtime.database.TicketQueries.Ticket;

/** Chains of tickets for people. */
public final class TraceReport {

    private TraceReport() {}

    /** A table for each chain; what went wrong stands in the last column. */
    public static List<String> lines(List<Chain> chains, int width) {
        List<String> lines = new ArrayList<>();
        for (Chain chain : chains) {
            if (!lines.isEmpty()) {
                lines.add("");
            }
            lines.add("chain " + chain.chainId() + " of " + chain.subjectType() + " " + chain.subjectId());
            TextTable table = TextTable.of("DEPTH", "TICKET", "TASK TYPE", "STATUS", "CLAIMED", "TOOK", "ERROR")
                    .numbers(0, 1, 5);
            for (Ticket ticket : chain.tickets()) {
                table.row(
                        ticket.chainDepth(),
                        ticket.ticketId(),
                        ticket.taskType(),
                        TicketReport.status(ticket),
                        TicketReport.claimed(ticket),
                        TicketReport.took(ticket),
                        TicketReport.error(ticket));
            }
            lines.addAll(table.lines(width, 6));
        }
        return lines;
    }
}
