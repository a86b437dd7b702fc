package org.turing.runtime.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.turing.runtime.database.TicketQueries.Ticket;
import org.turing.runtime.domain.TicketStatus;

class TicketReportTest {

    @Test
    void aScriptThatOnlyExitedIsShownWithTheLastLineOfItsStderr() {
        assertThat(lineOf("the script exited with code 1", "Traceback …\n  line 7\nValueError: bad\n\n"))
                .endsWith("the script exited with code 1: ValueError: bad");
    }

    @Test
    void anErrorThatSaysWhatItIsStandsAlone() {
        assertThat(lineOf("empty response\nand more", "a warning")).endsWith("  empty response");
        assertThat(lineOf("the script exited with code 1", null)).endsWith("exited with code 1");
    }

    @Test
    void aWarningStandsWhereThereIsNoError() {
        assertThat(lineOf(null, null, "its script has changed")).endsWith("  warning: its script has changed");
        assertThat(lineOf("empty response", null, "its script has changed")).endsWith("  empty response");
    }

    private static String lineOf(String error, @Nullable String stderr) {
        return lineOf(error, stderr, null);
    }

    private static String lineOf(@Nullable String error, @Nullable String stderr, @Nullable String warning) {
        Ticket ticket = new Ticket(
                71,
                9389,
                "alma",
                "owl",
                "1234",
                TicketStatus.FAILED,
                1,
                new UUID(0, 1),
                0,
                null,
                "here",
                null,
                Instant.EPOCH,
                Instant.EPOCH,
                Instant.EPOCH,
                null,
                null,
                error,
                1,
                null,
                stderr,
                warning);
        return TicketReport.lines(List.of(ticket), 200).get(2);
    }
}
