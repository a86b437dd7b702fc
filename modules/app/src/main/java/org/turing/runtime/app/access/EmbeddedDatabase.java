package org.turing.runtime.app.access;

import org.turing.runtime.app.settings.DatabaseSource;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.DatabaseFault;
import org.turing.runtime.database.DatabaseSettings;
import org.turing.runtime.database.SearchPath;
import org.turing.runtime.embedded.DataFolder;
import org.turing.runtime.embedded.EmbeddedPostgres;
import org.turing.runtime.embedded.EmbeddedPostgres.Options;

/** The embedded server, ready for the runtime: its schema is up to date and stands in everybody's search_path. */
public final class EmbeddedDatabase implements AutoCloseable {

    private final EmbeddedPostgres server;
    private final DatabaseSettings settings;

    private EmbeddedDatabase(EmbeddedPostgres server, DatabaseSettings settings) {
        this.server = server;
        this.settings = settings;
    }

    /**
     * Starts the server of a data folder that is held already, and is to be held until the server is closed.
     *
     * @throws DatabaseFault if the schema can't be brought up to date
     */
    public static EmbeddedDatabase start(DataFolder folder, DatabaseSource source) throws DatabaseFault {
        EmbeddedPostgres server = EmbeddedPostgres.start(folder, Options.defaults());
        try {
            DatabaseSettings settings = source.at(server.uri());
            try (Database database = Database.connect(settings.withReader(null))) {
                database.migrate();
                new SearchPath(database).apply();
            }
            server.keepRunning();
            return new EmbeddedDatabase(server, settings);
        } catch (DatabaseFault | RuntimeException failure) {
            server.close();
            throw failure;
        }
    }

    /** Where the server is. */
    public DatabaseSettings settings() {
        return settings;
    }

    @Override
    public void close() {
        server.close();
    }
}
