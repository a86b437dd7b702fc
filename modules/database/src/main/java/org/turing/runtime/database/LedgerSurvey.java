package org.turing.runtime.database;

import java.sql.ResultSet;
import java.sql.Statement;
import org.turing.runtime.ports.TicketLedger.Survey;

/** Counts what the ledger holds, for the line that a runtime says when it starts. */
final class LedgerSurvey {

    private LedgerSurvey() {}

    static Survey of(Database database) {
        return database.transaction(connection -> {
            // Indexes memory_standing and memory_backing_off, read whole; claims are few.
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(database.inSchema("""
                            SELECT (SELECT count(*) FROM turing.claims),
                                   (SELECT count(*) FROM turing.memory WHERE state = 'backing_off'),
                                   count(*) FILTER (WHERE state = 'finished'),
                                   count(*) FILTER (WHERE state = 'stayed'),
                                   count(*) FILTER (WHERE state = 'set_aside'),
                                   count(*) FILTER (WHERE state = 'dead')
                              FROM turing.memory
                             WHERE state IN ('finished', 'stayed', 'skipped', 'set_aside', 'dead')"""))) {
                row.next();
                return new Survey(
                        row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5), row.getLong(6));
            }
        });
    }
}
