package org.turing.runtime.scripts;

import java.io.File;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.scripts.ScriptSettings.DatabaseAccess;

/** What a script finds in its environment. */
final class ChildEnvironment {

    private ChildEnvironment() {}

    /**
     * What every child gets: what the rules leave of the runtime's own, the scripts folder as Python's project root,
     * and which schema the ledger is in, which is no secret.
     *
     * @param library what scripts in Python may import if nothing of theirs has the same name
     * @param own the runtime's own
     */
    static Map<String, String> common(ScriptSettings settings, Path library, Map<String, String> own) {
        DatabaseAccess database = settings.database();
        Map<String, String> common = settings.environment().select(own, database == null ? null : database.password());
        common.putIfAbsent("PYTHONUNBUFFERED", "1");
        String root = settings.scriptsFolder().toString();
        common.merge("PYTHONPATH", root, (before, first) -> first + File.pathSeparator + before);
        common.merge("PYTHONPATH", library.toString(), (before, last) -> before + File.pathSeparator + last);
        if (database != null) {
            common.put("TURING_SCHEMA", database.schema());
        }
        return common;
    }

    /** What every process of a task type gets. */
    static Map<String, String> of(TaskType taskType) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("TURING_TASK_TYPE", taskType.name());
        environment.put("TURING_TASK_TYPE_ID", Long.toString(taskType.id()));
        if (taskType.requiresModel() != null) {
            environment.put("TURING_MODEL", taskType.requiresModel());
        }
        return environment;
    }

    /** What the process of one subject gets in addition. */
    static Map<String, String> of(Claim claim) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("TURING_TICKET_ID", Long.toString(claim.ticketId()));
        environment.put("TURING_FENCE", Long.toString(claim.fence()));
        environment.put("TURING_SUBJECT_ID", claim.subject().id());
        environment.put("TURING_SUBJECT_TYPE", claim.subject().type());
        environment.put("TURING_ATTEMPT", Integer.toString(claim.attempt()));
        environment.put("TURING_CHAIN_ID", claim.chain().id().toString());
        environment.put("TURING_CHAIN_DEPTH", Integer.toString(claim.chain().depth()));
        if (claim.model() != null) {
            environment.put("TURING_MODEL", claim.model());
        }
        return environment;
    }

    /**
     * The way into the database, as libpq and as a URL.
     *
     * @param applicationName what the database's administrator, and a rescuer, sees of a session
     */
    static Map<String, String> of(DatabaseAccess database, String applicationName) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PGHOST", database.host());
        environment.put("PGPORT", Integer.toString(database.port()));
        environment.put("PGDATABASE", database.database());
        environment.put("PGUSER", database.user());
        environment.put("PGAPPNAME", applicationName);
        String password = database.password();
        if (password != null) {
            environment.put("PGPASSWORD", password);
        }
        environment.put("TURING_DATABASE_URL", url(database, applicationName));
        return environment;
    }

    private static String url(DatabaseAccess database, String applicationName) {
        String password = database.password() == null ? "" : ":" + encode(database.password());
        boolean ipv6 = database.host().contains(":");
        String host = ipv6 ? "[" + database.host() + "]" : encode(database.host());
        return "postgresql://" + encode(database.user()) + password + "@" + host + ":" + database.port() + "/"
                + encode(database.database()) + "?application_name=" + encode(applicationName);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
