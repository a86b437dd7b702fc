package org.turing.runtime.journal;

import com.typesafe.config.Config;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.persistence.jdbc.db.SlickDatabase;
import org.apache.pekko.persistence.jdbc.db.SlickDatabaseProvider;
import org.turing.runtime.database.DatabaseSettings;
import scala.Option;
import slick.jdbc.JdbcBackend;
import slick.jdbc.JdbcBackend$;
import slick.jdbc.JdbcProfile;
import slick.jdbc.PostgresProfile$;
import slick.util.AsyncExecutor;
import slick.util.AsyncExecutor$;

/**
 * The one database of journal and snapshots, made by the plugin when it is first needed, by its name in the settings.
 */
public final class JournalDatabase implements SlickDatabaseProvider {

    /** Reads and writes that may wait for a thread. Beyond that they fail at once, and their actors try again later. */
    private static final int QUEUE = 1000;

    private final Shared shared;

    /** @param system started with {@link Journal#setup} */
    public JournalDatabase(ActorSystem system) {
        JournalSetup setup = system.settings()
                .setup()
                .get(JournalSetup.class)
                .orElseThrow(() -> new IllegalStateException("the actor system was started without Journal.setup"));
        int connections = DatabaseSettings.JOURNAL_CONNECTIONS;
        // With another number of threads than of connections Slick can wait for itself.
        AsyncExecutor threads =
                AsyncExecutor$.MODULE$.apply("turing-journal", connections, connections, QUEUE, connections);
        JdbcBackend.JdbcDatabaseDef database = JdbcBackend$.MODULE$
                .Database()
                .forDataSource(setup.connections(), Option.apply(connections), threads, false);
        system.registerOnTermination(database::close);
        this.shared = new Shared(database, PostgresProfile$.MODULE$, false);
    }

    @Override
    public SlickDatabase database(Config plugin) {
        return shared;
    }

    /** @param allowShutdown false: the plugins leave it open, as it is not theirs alone */
    private record Shared(JdbcBackend.JdbcDatabaseDef database, JdbcProfile profile, boolean allowShutdown)
            implements SlickDatabase {}
}
