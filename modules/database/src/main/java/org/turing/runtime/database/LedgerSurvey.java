package org.turing.runtime.database;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import org.turing.runtime.ports.TicketLedger.Survey;

/** Counts what the ledger holds, for the line that a runtime says when it starts. */
final class LedgerSurvey {

    /** Subjects kept back that are counted at most: a start must not wait for a ledger's age. */
    static final int MOST = 1_000_000;

    private LedgerSurvey() {}

    /** @param most subjects kept back that are counted at most; at least 1 */
    static Survey of(Database database, int most) {
        return database.transaction(connection -> {
            // Indexes memory_standing and memory_backing_off; claims are few.
            try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                    SELECT (SELECT count(*) FROM turing.claims),
                           (SELECT count(*) FROM (SELECT FROM turing.memory WHERE state = 'backing_off' LIMIT ?) b),
                           count(*) FILTER (WHERE state = 'finished'),
                           count(*) FILTER (WHERE state = 'stayed'),
                           count(*) FILTER (WHERE state = 'set_aside'),
                           count(*) FILTER (WHERE state = 'dead'),
                           count(*)
                      FROM (SELECT state FROM turing.memory
                             WHERE state IN ('finished', 'stayed', 'skipped', 'set_aside', 'dead') LIMIT ?) m"""))) {
                statement.setInt(1, most);
                statement.setInt(2, most);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return new Survey(
                            row.getLong(1),
                            row.getLong(2),
                            row.getLong(3),
                            row.getLong(4),
                            row.getLong(5),
                            row.getLong(6),
                            row.getLong(2) < most && row.getLong(7) < most);
                }
            }
        });
    }
}
