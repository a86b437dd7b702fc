package org.turing.runtime.bench.growth;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.contenders.Circumstance;

/**
 * Another session that sees the database as it was when its transaction began, so that nothing since can be removed.
 */
final class HeldSnapshot implements Circumstance.End {

    private final Connection session;

    private HeldSnapshot(Connection session) {
        this.session = session;
    }

    static HeldSnapshot take(BenchDatabase database) throws SQLException {
        Connection session = database.session();
        session.setAutoCommit(false);
        session.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try (Statement statement = session.createStatement()) {
            statement.execute("SELECT pg_current_snapshot()");
        }
        return new HeldSnapshot(session);
    }

    @Override
    public void end() throws SQLException {
        session.close();
    }
}
