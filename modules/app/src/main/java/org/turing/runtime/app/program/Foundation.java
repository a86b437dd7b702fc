package org.turing.runtime.app.program;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.turing.runtime.actors.Ports;
import org.turing.runtime.actors.RunSettings;
import org.turing.runtime.actors.cluster.ArbiterSetup;
import org.turing.runtime.actors.cluster.ClusterSettings;
import org.turing.runtime.app.access.EmbeddedDatabase;
import org.turing.runtime.app.settings.Settings;
import org.turing.runtime.app.settings.WorkSettings;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.DatabaseFault;
import org.turing.runtime.database.DatabaseSettings;
import org.turing.runtime.database.JdbcArbiter;
import org.turing.runtime.embedded.DataFolder;
import org.turing.runtime.journal.Journal;
import org.turing.runtime.scripts.LocalScriptHost;

/** What a runtime stands on: its data folder, its database with the schema up to date, and what runs scripts. */
final class Foundation implements AutoCloseable {

    private final Opened opened = new Opened();
    private final Settings settings;
    private final FairWeather weather;
    private final DataFolder folder;
    private final DatabaseSettings place;
    private final Database database;
    private final LocalScriptHost scripts;

    private Foundation(Settings settings, FairWeather weather) throws CannotStart, DatabaseFault {
        this.settings = settings;
        this.weather = weather;
        try {
            folder = opened.add("the data folder", DataFolder.open(settings.data()));
            DatabaseSettings external = settings.database().external();
            place = external != null
                    ? external
                    : opened.add(
                                    "the embedded database",
                                    weather.await(() -> EmbeddedDatabase.start(folder, settings.database())))
                            .settings();
            database = opened.add("the database", weather.await(() -> connect(place, external != null)));
            scripts = opened.add(
                    "the script host", Machinery.scripts(settings, folder.path().resolve("run"), place));
        } catch (CannotStart | DatabaseFault | RuntimeException failure) {
            opened.close();
            throw failure;
        }
    }

    private static Database connect(DatabaseSettings place, boolean migrate) throws DatabaseFault {
        Database database = Database.connect(place);
        try {
            if (migrate) {
                database.migrate();
            }
            return database;
        } catch (DatabaseFault | RuntimeException failure) {
            database.close();
            throw failure;
        }
    }

    /**
     * Opens everything.
     *
     * @param weather how a database is waited for that can't be reached or can't serve now
     * @throws CannotStart if the scripts folder can't be used; what was opened is closed again
     * @throws DatabaseFault if the database can't be used
     */
    static Foundation open(Settings settings, FairWeather weather) throws CannotStart, DatabaseFault {
        return new Foundation(settings, weather);
    }

    DataFolder folder() {
        return folder;
    }

    /** Where the database is. */
    DatabaseSettings place() {
        return place;
    }

    /** Whether a pooler stands there. */
    boolean isPooled() {
        return database.isPooled();
    }

    /** What a runtime's actors call; its lease is new, for one runtime alone. */
    Ports ports() throws CannotStart, DatabaseFault {
        return weather.await(() -> Machinery.ports(settings, folder, database, scripts));
    }

    /** How a runtime runs that has this assignment. */
    RunSettings runSettings(Assignment assignment, String version) {
        WorkSettings work = settings.work();
        RunSettings defaults = RunSettings.defaults(version, ThisMachine.ask().host());
        return new RunSettings(
                assignment.taskTypes(),
                assignment.pipeline(),
                assignment.limit(),
                assignment.subjects(),
                assignment.runOnce(),
                !assignment.byHandOnly(),
                defaults.version(),
                settings.host().offer(defaults.offer()),
                work.pollShortest(),
                work.pollLongest(),
                work.quantum(),
                defaults.claimAhead(),
                work.drainTimeout(),
                work.idleAlarm(),
                settings.breakers(),
                settings.ledger().unwritten());
    }

    /** Its place in the cluster. */
    ClusterSettings cluster() {
        return settings.cluster();
    }

    /** Pekko's settings. One thread for each connection: fewer would leave connections unused. */
    Config config() {
        return Journal.settings(settings.config(), database)
                .withValue(
                        threads("database"),
                        ConfigValueFactory.fromAnyRef(settings.database().ledgerConnections()))
                .withValue(
                        threads("inboxes"),
                        ConfigValueFactory.fromAnyRef(settings.database().queryConnections()));
    }

    /** What the actor system is handed beside its settings. */
    ActorSystemSetup setup() {
        return Journal.setup(database).and(new ArbiterSetup(new JdbcArbiter(database)));
    }

    private static String threads(String dispatcher) {
        return "turing.dispatchers." + dispatcher + ".thread-pool-executor.fixed-pool-size";
    }

    @Override
    public void close() {
        opened.close();
    }
}
