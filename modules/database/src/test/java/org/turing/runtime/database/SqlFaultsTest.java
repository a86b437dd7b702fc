package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.turing.runtime.ports.DatabaseUnavailable;

class SqlFaultsTest {

    @Test
    void aLockThatWasWaitedForTooLongIsWeatherAndNoDefect() {
        assertThat(SqlFaults.unchecked(new SQLException("canceling statement due to lock timeout", "55P03")))
                .isInstanceOf(DatabaseUnavailable.class);
    }

    @Test
    void aStatementThatCanNeverWorkIsADefect() {
        assertThat(SqlFaults.unchecked(new SQLException("syntax error", "42601")))
                .isInstanceOf(IllegalStateException.class);
    }
}
