package org.turing.runtime.database;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import org.turing.runtime.ports.GateEpochs;

/** The rows of {@code gates}. */
public final class JdbcGateEpochs implements GateEpochs {

    private final Database database;

    public JdbcGateEpochs(Database database) {
        this.database = database;
    }

    /** Waits for claims that are being made under the present epoch: each has locked the row for itself and others. */
    @Override
    public long raise(String model) {
        return database.transaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                    INSERT INTO turing.gates AS g (model, epoch) VALUES (?, 1)
                    ON CONFLICT (model) DO UPDATE SET epoch = g.epoch + 1, raised_at = clock_timestamp()
                    RETURNING epoch"""))) {
                statement.setString(1, model);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getLong(1);
                }
            }
        });
    }
}
