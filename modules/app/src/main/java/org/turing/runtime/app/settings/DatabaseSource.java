package org.turing.runtime.app.settings;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.database.DatabaseFault;
import org.turing.runtime.database.DatabaseSettings;
import org.turing.runtime.database.Login;
import org.turing.runtime.embedded.SecretFile;

/**
 * Where the database comes from ({@code turing.db}).
 *
 * @param external the user's own, or null for the embedded server
 * @param schema schema of the registry and the ledger
 * @param ledgerConnections connections for registry and ledger at most
 * @param queryConnections connections for looks into inboxes at most
 * @param queryTimeout longest run of one look into an inbox
 * @param ledgerTimeout longest run of one statement of the registry and the ledger
 * @param readerRole the role that 'init --grant' makes for work_queries
 * @param readerFile where it keeps that role's password
 * @param reader the login for work_queries, or null: the runtime's user itself runs them
 */
public record DatabaseSource(
        @Nullable DatabaseSettings external,
        String schema,
        int ledgerConnections,
        int queryConnections,
        Duration queryTimeout,
        Duration ledgerTimeout,
        String readerRole,
        SecretFile readerFile,
        @Nullable Login reader) {

    private static final String READER_FILE = "reader.password";

    /** The file in a data folder. */
    static SecretFile readerFile(Path data) {
        return new SecretFile(data, READER_FILE);
    }

    /** The same with a database of the user's own. */
    DatabaseSource withExternal(@Nullable DatabaseSettings settings) {
        return new DatabaseSource(
                settings,
                schema,
                ledgerConnections,
                queryConnections,
                queryTimeout,
                ledgerTimeout,
                readerRole,
                readerFile,
                reader);
    }

    /** The login that 'init --grant' makes: the one that is known, else one with a password made up and kept now. */
    public Login readerToMake() {
        return reader != null ? reader : new Login(readerRole, readerFile.readOrMake());
    }

    /** Settings of a database, with what is configured for all. */
    DatabaseSettings applied(DatabaseSettings settings) {
        return settings.withConnections(ledgerConnections, queryConnections)
                .withQueryTimeout(queryTimeout)
                .withLedgerTimeout(ledgerTimeout)
                .withReader(reader);
    }

    /**
     * A server that turns out to be somewhere, used as configured.
     *
     * @param uri its address, with user and password
     * @throws DatabaseFault if the address can't be understood
     */
    public DatabaseSettings at(String uri) throws DatabaseFault {
        return applied(DatabaseSettings.of(uri, null, null, schema));
    }
}
