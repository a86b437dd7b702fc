package org.turing.runtime.app.settings;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.database.DatabaseFault;
import org.turing.runtime.database.DatabaseSettings;

/**
 * Where the database comes from ({@code turing.db}).
 *
 * @param external the user's own, or null for the embedded server
 * @param schema schema of the registry and the ledger
 * @param ledgerConnections connections for registry and ledger at most
 * @param queryConnections connections for looks into inboxes at most
 * @param queryTimeout longest run of one look into an inbox
 */
public record DatabaseSource(
        @Nullable DatabaseSettings external,
        String schema,
        int ledgerConnections,
        int queryConnections,
        Duration queryTimeout) {

    /**
     * A server that turns out to be somewhere, used as configured.
     *
     * @param uri its address, with user and password
     * @throws DatabaseFault if the address can't be understood
     */
    public DatabaseSettings at(String uri) throws DatabaseFault {
        return DatabaseSettings.of(uri, null, null, schema)
                .withConnections(ledgerConnections, queryConnections)
                .withQueryTimeout(queryTimeout);
    }
}
