package org.turing.runtime.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValueFactory;
import java.util.List;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.turing.runtime.database.Database;

/**
 * What an actor system needs so that its event-sourced actors are remembered in a database. It opens nothing: the first
 * event-sourced actor does. An actor whose event can't be written fails with a JournalFailureException, and must be
 * restarted with a backoff; whether the event was written after all shows when it recovers.
 */
public final class Journal {

    private static final String SETTINGS = "turing-journal.conf";
    private static final List<String> TABLES = List.of(
            "jdbc-journal.tables.event_journal",
            "jdbc-read-journal.tables.event_journal",
            "jdbc-snapshot-store.tables.snapshot");

    private Journal() {}

    /**
     * Pekko's settings with the journal's above them.
     *
     * @param base Pekko's settings with their defaults, resolved
     * @param database whose schema has the tables
     */
    public static Config settings(Config base, Database database) {
        Config journal = ConfigFactory.parseResources(
                Journal.class.getClassLoader(),
                SETTINGS,
                ConfigParseOptions.defaults().setAllowMissing(false));
        Object schema = database.settings().schema();
        for (String table : TABLES) {
            journal = journal.withValue(table + ".schemaName", ConfigValueFactory.fromAnyRef(schema));
        }
        return journal.withFallback(base);
    }

    /** The way to the database, which no setting spells out; the database must be open for as long as the system is. */
    public static ActorSystemSetup setup(Database database) {
        return ActorSystemSetup.create(new JournalSetup(database.journal()));
    }
}
