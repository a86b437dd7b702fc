package org.turing.runtime.app.report;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.turing.runtime.database.TicketQueries.Count;
import org.turing.runtime.database.TicketQueries.Ticket;
import org.turing.runtime.domain.TaskType;

/** Tickets for people. */
public final class TicketReport {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());
    private static final int LAST_LINES = 10;
    private static final String NONE = "no tickets";
    private static final String WARNING = "warning: ";

    private TicketReport() {}

    /** One line for each ticket; what went wrong stands in the last column. */
    public static List<String> lines(List<Ticket> tickets, int width) {
        if (tickets.isEmpty()) {
            return List.of(NONE);
        }
        TextTable table = TextTable.of("TICKET", "TASK TYPE", "SUBJECT", "STATUS", "CLAIMED", "TOOK", "ERROR")
                .numbers(0, 5);
        for (Ticket ticket : tickets) {
            table.row(
                    ticket.ticketId(),
                    ticket.taskType(),
                    ticket.subjectId(),
                    status(ticket),
                    claimed(ticket),
                    took(ticket),
                    error(ticket));
        }
        return table.lines(width, 6);
    }

    /** A paragraph for each ticket: what it was, its error, and the last lines of its stderr. */
    public static List<String> failures(List<Ticket> tickets, int width) {
        if (tickets.isEmpty()) {
            return List.of(NONE);
        }
        List<String> lines = new ArrayList<>();
        for (Ticket ticket : tickets) {
            if (!lines.isEmpty()) {
                lines.add("");
            }
            lines.add("ticket " + ticket.ticketId() + "  " + ticket.taskType() + "  " + ticket.subjectType() + " "
                    + ticket.subjectId() + "  " + ticket.status().sqlName() + ", attempt " + ticket.attempt() + "  "
                    + TIME.format(ticket.claimedAt())
                    + (ticket.exitCode() == null ? "" : "  exit code " + ticket.exitCode()));
            String error = ticket.error() == null ? "no error was told" : ticket.error();
            TextTable.wrapped(error, width - 2).forEach(line -> lines.add("  " + line));
            if (ticket.warning() != null) {
                TextTable.wrapped(WARNING + ticket.warning(), width - 2).forEach(line -> lines.add("  " + line));
            }
            List<String> stderr = ticket.stderr() == null
                    ? List.of()
                    : ticket.stderr().lines().toList();
            stderr.subList(Math.max(0, stderr.size() - LAST_LINES), stderr.size())
                    .forEach(line -> lines.add("  | " + line));
        }
        return lines;
    }

    /** How many there are of each kind. */
    public static List<String> counts(List<Count> counts) {
        if (counts.isEmpty()) {
            return List.of(NONE);
        }
        TextTable table = TextTable.of("TASK TYPE", "STATUS", "TICKETS").numbers(2);
        counts.forEach(count -> table.row(count.taskType(), count.status().sqlName(), count.tickets()));
        return table.lines();
    }

    /** Its status, with the attempt from the second one on. */
    static String status(Ticket ticket) {
        return ticket.status().sqlName() + (ticket.attempt() > 1 ? " #" + ticket.attempt() : "");
    }

    static String claimed(Ticket ticket) {
        return TIME.format(ticket.claimedAt());
    }

    static String took(Ticket ticket) {
        Instant started = ticket.startedAt();
        Instant finished = ticket.finishedAt();
        return started == null || finished == null ? "" : Spoken.duration(Duration.between(started, finished));
    }

    /**
     * The first line of the error; of a script that said no more than its exit code, the last line of stderr too.
     * Without an error the warning.
     */
    static String error(Ticket ticket) {
        if (ticket.error() == null) {
            return ticket.warning() == null ? "" : WARNING + ticket.warning();
        }
        String first = ticket.error().lines().findFirst().orElse("");
        String error = TaskType.withoutName(ticket.taskType(), first);
        if (ticket.stderr() == null || !error.endsWith("exited with code " + ticket.exitCode())) {
            return error;
        }
        return ticket.stderr()
                .lines()
                .filter(line -> !line.isBlank())
                .reduce((earlier, later) -> later)
                .map(last -> error + ": " + last.strip())
                .orElse(error);
    }
}
