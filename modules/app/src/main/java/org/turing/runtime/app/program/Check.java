package org.turing.runtime.app.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.turing.runtime.app.access.CommandDatabase;
import org.turing.runtime.app.access.NoDatabase;
import org.turing.runtime.app.inspection.DatabaseDriver;
import org.turing.runtime.app.inspection.Finding;
import org.turing.runtime.app.inspection.PythonFinding;
import org.turing.runtime.app.inspection.TaskTypeInspection;
import org.turing.runtime.app.settings.Settings;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.DatabaseFault;
import org.turing.runtime.database.DatabaseSettings;
import org.turing.runtime.database.JdbcInboxes;
import org.turing.runtime.database.JdbcRegistry;
import org.turing.runtime.database.NotificationListener;
import org.turing.runtime.database.QueryLogin;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.Registry;
import org.turing.runtime.ports.ScriptHost;

/** Looks at everything that a runtime needs. */
public final class Check {

    private static final String DATABASE = "database";
    private static final String POOLER = "pooler";
    private static final String QUERY_LOGIN = "work_query login";
    private static final String REGISTRY = "registry";
    private static final String SCRIPTS = "scripts folder";

    private final Settings settings;
    private final List<Finding> findings = new ArrayList<>();
    private boolean noPsycopg2;

    private Check(Settings settings) {
        this.settings = settings;
    }

    /**
     * Looks at the database, Python, the scripts folder and every task type; changes nothing, but that an embedded
     * database is brought up and its schema made.
     */
    public static List<Finding> of(Settings settings) throws IOException {
        Check check = new Check(settings);
        check.scripts();
        check.database();
        return List.copyOf(check.findings);
    }

    private void scripts() {
        Path folder = settings.scripts().folder();
        boolean there = Files.isDirectory(folder);
        findings.add(
                there
                        ? Finding.good(SCRIPTS, folder.toString())
                        : Finding.wrong(SCRIPTS, folder + Machinery.NO_FOLDER));
        Finding python = PythonFinding.of(settings.scripts().python(), there ? folder : Path.of("/"));
        noPsycopg2 = PythonFinding.lacksPsycopg2(python);
        findings.add(python);
    }

    private void database() throws IOException {
        Path work = Files.createTempDirectory("turing-");
        try (CommandDatabase command = CommandDatabase.open(settings);
                Connection connection = command.connection();
                Database database = command.connect()) {
            findings.add(Finding.good(
                    DATABASE,
                    "PostgreSQL " + connection.getMetaData().getDatabaseProductVersion() + " at "
                            + command.settings().address() + (command.isEmbedded() ? ", embedded" : "")));
            if (database.isPooled()) {
                findings.add(pooler(database));
            }
            findings.add(queryLogin(QueryLogin.of(database)));
            if (!hasSchema(connection)) {
                findings.add(Finding.warning(
                        REGISTRY,
                        "schema '" + command.settings().schema() + "' has no task_types yet. Fix: turing init"));
            } else {
                registry(database, command, work);
            }
        } catch (NoDatabase | DatabaseFault | SQLException | DatabaseUnavailable fault) {
            findings.add(Finding.wrong(DATABASE, String.valueOf(fault.getMessage())));
        } finally {
            Files.deleteIfExists(work);
        }
    }

    private static Finding pooler(Database database) {
        DatabaseSettings settings = database.settings();
        DatabaseSettings direct = settings.direct();
        if (direct != null) {
            return Finding.good(
                    POOLER,
                    "stands at " + settings.address() + "; notifications and migrations go past it to "
                            + direct.address());
        }
        String silence = new NotificationListener(database).silence();
        return silence != null
                ? Finding.warning(POOLER, silence)
                : Finding.good(
                        POOLER,
                        "stands at " + settings.address() + "; notifications come through it, and migrations would need"
                                + " TURING_DB_DIRECT_URL");
    }

    private static Finding queryLogin(QueryLogin login) {
        String who = "'" + login.user() + "' runs work_queries";
        if (!login.ofItsOwn()) {
            return Finding.warning(
                    QUERY_LOGIN,
                    who
                            + " as the runtime's own user; read-only transactions keep statements from writing, but not every"
                            + " function from acting (docs/security.md). Fix: turing init --grant"
                            + (login.mayMakeRoles() ? "" : ", which says what an administrator must run"));
        }
        return login.powers().isEmpty()
                ? Finding.good(QUERY_LOGIN, who + " and can only read")
                : Finding.warning(
                        QUERY_LOGIN,
                        who + " and may do more than read: " + login.powers()
                                + ". Fix: REVOKE it from the role, or from PUBLIC if everybody has it");
    }

    private boolean hasSchema(Connection connection) throws SQLException {
        try (var tables = connection
                .getMetaData()
                .getTables(null, settings.database().schema(), "task_types", new String[] {"TABLE"})) {
            return tables.next();
        }
    }

    private void registry(Database database, CommandDatabase command, Path work) {
        Registry.Contents registry = new JdbcRegistry(database).read();
        registry.problems()
                .forEach(problem -> findings.add(Finding.wrong(thing(problem.taskTypeName()), problem.message())));
        if (registry.taskTypes().isEmpty()) {
            findings.add(Finding.warning(
                    REGISTRY,
                    "no task type is registered. Fix: INSERT INTO task_types (task_type_name, work_query, script_path)"
                            + " VALUES (…)"));
        }
        try (ScriptHost scripts = Machinery.scripts(settings, work, command.settings())) {
            TaskTypeInspection.Inspector inspector = new TaskTypeInspection.Inspector(
                    new JdbcInboxes(database), scripts, registry.models(), Set.of(), 1);
            registry.taskTypes().forEach(taskType -> add(inspector.inspect(taskType)));
        } catch (CannotStart unusable) {
            findings.add(Finding.wrong("scripts", String.valueOf(unusable.getMessage())));
        }
    }

    private void add(TaskTypeInspection found) {
        String thing = thing(found.taskType().name());
        Optional<Finding> driver = Optional.empty();
        if (!found.taskType().enabled()) {
            // nobody runs it: whatever is wrong with it can wait until somebody enables it
            found.problems().forEach(problem -> findings.add(Finding.warning(thing, "disabled; " + problem)));
            found.warnings().forEach(warning -> findings.add(Finding.warning(thing, "disabled; " + warning)));
        } else {
            found.problems().forEach(problem -> findings.add(Finding.wrong(thing, problem)));
            found.warnings().forEach(warning -> findings.add(Finding.warning(thing, warning)));
            driver = noPsycopg2
                    ? DatabaseDriver.missed(thing, found, settings.scripts().folder())
                    : Optional.empty();
            driver.ifPresent(findings::add);
        }
        if (found.problems().isEmpty() && found.warnings().isEmpty() && driver.isEmpty()) {
            findings.add(Finding.good(
                    thing,
                    (found.taskType().enabled() ? "" : "disabled, ") + found.inbox() + (found.more() ? "+" : "")
                            + " in its inbox, " + found.taskType().scriptPath() + " runs as "
                            + (found.executionType() == null
                                    ? "nothing"
                                    : found.executionType().sqlName())));
        }
    }

    private static String thing(String taskType) {
        return "task type " + taskType;
    }
}
