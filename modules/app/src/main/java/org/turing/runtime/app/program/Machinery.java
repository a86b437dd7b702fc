package org.turing.runtime.app.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.turing.runtime.actors.Ports;
import org.turing.runtime.app.settings.LedgerSettings;
import org.turing.runtime.app.settings.Settings;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.DatabaseSettings;
import org.turing.runtime.database.JdbcClusterRow;
import org.turing.runtime.database.JdbcGateEpochs;
import org.turing.runtime.database.JdbcInboxes;
import org.turing.runtime.database.JdbcRegistry;
import org.turing.runtime.database.JdbcRuntimeLease;
import org.turing.runtime.database.JdbcTicketLedger;
import org.turing.runtime.database.MonotonicDatabaseClock;
import org.turing.runtime.database.NotificationListener;
import org.turing.runtime.embedded.DataFolder;
import org.turing.runtime.scripts.LocalScriptHost;
import org.turing.runtime.scripts.ScriptSettings;
import org.turing.runtime.scripts.ScriptSettings.DatabaseAccess;
import org.turing.runtime.scripts.ScriptSettings.Times;

/** Makes what implements the ports. */
final class Machinery {

    /** What is wrong with a scripts folder that is not there. */
    static final String NO_FOLDER =
            " does not exist. Fix: create it, or name another in turing.scripts.folder or TURING_SCRIPTS";

    private static final String LOCAL_HOST = "localhost";
    private static final String DEFAULT_PORT = "5432";

    private Machinery() {}

    static Ports ports(Settings settings, DataFolder folder, Database database, LocalScriptHost scripts) {
        MonotonicDatabaseClock clock = new MonotonicDatabaseClock(database);
        ThisMachine machine = ThisMachine.ask();
        LedgerSettings ledger = settings.ledger();
        JdbcRuntimeLease lease = new JdbcRuntimeLease(
                database,
                clock,
                new JdbcRuntimeLease.Settings(
                        settings.host().nameOr(machine.host()),
                        ProcessHandle.current().pid(),
                        machine.bootId(),
                        folder.identity().toString(),
                        true,
                        ledger.lease(),
                        ledger.renewEvery()));
        JdbcInboxes inboxes = new JdbcInboxes(database, () -> Set.of(lease.runtimeId()));
        return new Ports(
                new JdbcRegistry(database),
                inboxes,
                new JdbcTicketLedger(
                        database,
                        lease,
                        inboxes,
                        ledger.retention(),
                        settings.work().guards()),
                lease,
                clock,
                new NotificationListener(database),
                scripts,
                new JdbcGateEpochs(database),
                new JdbcClusterRow(database));
    }

    /**
     * What runs scripts on this machine; nothing is started until there is something to run.
     *
     * @param work a folder for its pipes
     * @throws CannotStart if the scripts folder does not exist or the work folder can't be used
     */
    static LocalScriptHost scripts(Settings settings, Path work, DatabaseSettings database) throws CannotStart {
        Path folder = settings.scripts().folder();
        if (!Files.isDirectory(folder)) {
            throw new CannotStart("scripts folder " + folder + NO_FOLDER, null);
        }
        try {
            return LocalScriptHost.create(ScriptSettings.of(folder, work)
                    .withPython(settings.scripts().python())
                    .withDrift(settings.scripts().drift())
                    .withEnvironment(settings.scripts().environment())
                    .withLimits(settings.scripts().limits())
                    .withDatabase(access(database))
                    .withTimes(Times.within(
                                    settings.ledger().lease(), settings.ledger().renewEvery())
                            .withStart(settings.scripts().startLimit())));
        } catch (IOException unusable) {
            throw new CannotStart("scripts can't be run: folder " + work + " can't be used: " + unusable, unusable);
        }
    }

    /** The database as libpq knows it; of several hosts the first. */
    private static @Nullable DatabaseAccess access(DatabaseSettings database) {
        Properties parsed = Driver.parseURL(database.jdbcUrl(), new Properties());
        if (parsed == null) {
            return null;
        }
        String user = database.user() == null ? System.getProperty("user.name") : database.user();
        String host = first(PGProperty.PG_HOST.getOrDefault(parsed), LOCAL_HOST);
        String port = first(PGProperty.PG_PORT.getOrDefault(parsed), DEFAULT_PORT);
        String name = first(PGProperty.PG_DBNAME.getOrDefault(parsed), user);
        return new DatabaseAccess(host, Integer.parseInt(port), name, user, database.password(), database.schema());
    }

    private static String first(@Nullable String list, String otherwise) {
        return list == null || list.isEmpty() ? otherwise : list.split(",")[0];
    }
}
