package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.turing.runtime.ports.DatabaseUnavailable;

class SqlFaultsTest {

    @Test
    void aLockThatWasWaitedForTooLongIsWeatherAndNoDefect() {
        assertThat(SqlFaults.unchecked(new SQLException("canceling statement due to lock timeout", "55P03")))
                .isInstanceOf(DatabaseUnavailable.class);
    }

    @Test
    void whatAServerSaysOfItselfIsForNowAndWhatItSaysOfUsIsNot() {
        for (String state : List.of("53300", "53100", "57P03", "25006", "58030")) {
            assertThat(SqlFaults.isForNow(new SQLException("now", state)))
                    .as(state)
                    .isTrue();
        }
        for (String state : List.of("08001", "28P01", "3D000", "42501")) {
            assertThat(SqlFaults.isForNow(new SQLException("never", state)))
                    .as(state)
                    .isFalse();
        }
    }

    @Test
    void aServerWithoutAConnectionLeftIsToldHowManyAreNeeded() throws Exception {
        DatabaseSettings settings =
                DatabaseSettings.of("postgresql://h/db", null, null, "turing").withConnections(3, 2);

        DatabaseFault fault = ServerCheck.fault(settings, new SQLException("sorry, too many clients already", "53300"));

        assertThat(fault.reason()).isEqualTo(DatabaseFault.Reason.NOT_NOW);
        assertThat(fault)
                .hasMessageContaining("can't serve now: sorry, too many clients already; this runtime holds up to 9");
    }

    @Test
    void aStatementThatCanNeverWorkIsADefect() {
        assertThat(SqlFaults.unchecked(new SQLException("syntax error", "42601")))
                .isInstanceOf(IllegalStateException.class);
    }
}
