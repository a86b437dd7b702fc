package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.turing.runtime.domain.DeclaredInbox;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.InboxFault;
import org.turing.runtime.ports.InboxShape;

/**
 * A login that can only read, for work_queries: makes its role and grants it what the registered task types read, and
 * of the ledger only what a look into an inbox asks. Doing it again does no harm and grants what has come since.
 */
public final class ReaderGrants {

    private final Database database;
    private final Login login;
    private final List<String> granted = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    /** @param database as the runtime's own user, without a login for reading */
    public ReaderGrants(Database database, Login login) {
        this.database = database;
        this.login = login;
    }

    /**
     * What was done.
     *
     * @param role the role
     * @param created whether it was made now
     * @param granted statements that were run
     * @param missing statements that the owners of what is read have to run
     * @param faulted what keeps task types from being read by the login, one line each
     * @param further statements that grant later tables too, for whoever wants that
     */
    public record Report(
            String role,
            boolean created,
            List<String> granted,
            List<String> missing,
            List<String> faulted,
            List<String> further) {}

    /** Something to grant, and the question whether the role has it. */
    private record Grant(String privilege, String target, String question) {}

    /**
     * Makes the role where it is missing and grants.
     *
     * @throws DatabaseFault if the role can't be made, belongs to somebody else, may do more than read, or can't log in
     */
    public Report run() throws DatabaseFault {
        boolean created = new ReaderRole(database, login).ensure();
        List<TaskType> taskTypes = new JdbcRegistry(database).read().taskTypes();
        Set<String> schemas = new LinkedHashSet<>();
        ledger();
        for (TaskType taskType : taskTypes) {
            for (String[] table : read(taskType)) {
                schemas.add(table[0]);
                grant(new Grant("USAGE", "SCHEMA " + table[0], has("schema", table[0], "USAGE")));
                grant(new Grant("SELECT", table[1], has("table", table[1], "SELECT")));
            }
        }
        return new Report(login.user(), created, granted, missing, faulted(taskTypes), further(schemas));
    }

    /** What a look into an inbox asks of the ledger: which subjects are taken or kept back, and no more. */
    private void ledger() {
        String schema = Sql.identifier(database.settings().schema());
        grant(new Grant("USAGE", "SCHEMA " + schema, has("schema", schema, "USAGE")));
        columns(schema + ".claims", "task_type_id, subject_id, runtime_id, alone");
        columns(schema + ".memory", "task_type_id, subject_id, state, not_before, interruptions");
    }

    private void columns(String table, String columns) {
        StringBuilder question = new StringBuilder("SELECT true");
        for (String column : columns.split(", ")) {
            question.append(" AND pg_catalog.has_column_privilege(")
                    .append(Sql.literal(login.user()))
                    .append(", ")
                    .append(Sql.literal(table))
                    .append(", ")
                    .append(Sql.literal(column))
                    .append(", 'SELECT')");
        }
        grant(new Grant("SELECT (" + columns + ")", table, question.toString()));
    }

    private String has(String kind, String quotedName, String privilege) {
        // has_schema_privilege takes a bare name, has_table_privilege a quoted one: both know oids.
        String oid = "CAST(" + Sql.literal(quotedName) + " AS " + (kind.equals("schema") ? "regnamespace" : "regclass")
                + ")";
        return "SELECT pg_catalog.has_" + kind + "_privilege(" + Sql.literal(login.user()) + ", " + oid + ", "
                + Sql.literal(privilege) + ")";
    }

    private void grant(Grant grant) {
        String statement =
                "GRANT " + grant.privilege() + " ON " + grant.target() + " TO " + Sql.identifier(login.user()) + ";";
        database.transaction(connection -> {
            if (!Sql.isTrue(connection, grant.question())) {
                boolean done = tried(connection, statement) && Sql.isTrue(connection, grant.question());
                (done ? granted : missing).add(statement);
            }
            return null;
        });
    }

    private static boolean tried(Connection connection, String sql) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return true;
        } catch (SQLException refused) {
            if (SqlFaults.isUnavailability(refused)) {
                throw refused;
            }
            connection.rollback(before);
            return false;
        }
    }

    /** Schema and table of each, quoted, that a task type's inbox names; none if the runtime's user can't read it. */
    private List<String[]> read(TaskType taskType) {
        try {
            InboxShape shape = new JdbcInboxes(database).examine(taskType);
            return database.attempt(connection -> named(connection, taskType, shape));
        } catch (InboxFault | SQLException unreadable) {
            return List.of(); // the task type is faulted whoever reads, and is told below
        }
    }

    /**
     * A view knows what its query names; the planner only knows what is behind that. The view is gone before anybody
     * else can see it.
     */
    private static List<String[]> named(Connection connection, TaskType taskType, InboxShape shape)
            throws SQLException {
        List<String[]> tables = new ArrayList<>();
        DeclaredInbox declared = taskType.declaredInbox();
        try (Statement statement = Sql.verbatim(connection)) {
            statement.execute("CREATE TEMPORARY VIEW turing_reads AS SELECT * FROM (\n"
                    + WorkQuery.withBatchSize(shape.query(), taskType.batchSize()) + "\n) AS turing_row");
            try (ResultSet row =
                    statement.executeQuery("""
                    SELECT DISTINCT pg_catalog.quote_ident(n.nspname),
                           pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
                      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                     WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
                       AND (c.oid = pg_catalog.to_regclass(%s)
                            OR c.oid IN (SELECT d.refobjid
                                           FROM pg_catalog.pg_rewrite w
                                           JOIN pg_catalog.pg_depend d
                                             ON d.classid = CAST('pg_catalog.pg_rewrite' AS regclass)
                                            AND d.objid = w.oid AND d.refobjid <> w.ev_class
                                            AND d.refclassid = CAST('pg_catalog.pg_class' AS regclass)
                                          WHERE w.ev_class = CAST('pg_temp.turing_reads' AS regclass)))
                     ORDER BY 2""".formatted(declared == null ? "NULL" : Sql.literal(declared.table())))) {
                while (row.next()) {
                    tables.add(new String[] {row.getString(1), row.getString(2)});
                }
            }
            statement.execute("DROP VIEW pg_temp.turing_reads");
        }
        return tables;
    }

    /** Each task type as the login sees it. */
    private List<String> faulted(List<TaskType> taskTypes) throws DatabaseFault {
        List<String> faulted = new ArrayList<>();
        try (Database asReader = Database.connect(database.settings().withReader(login))) {
            JdbcInboxes inboxes = new JdbcInboxes(asReader);
            for (TaskType taskType : taskTypes) {
                try {
                    inboxes.count(taskType, inboxes.examine(taskType), 1);
                } catch (InboxFault fault) {
                    faulted.add(String.valueOf(fault.getMessage()));
                }
            }
        }
        return faulted;
    }

    private List<String> further(Set<String> schemas) {
        List<String> further = new ArrayList<>();
        String role = Sql.identifier(login.user());
        for (String schema : schemas) {
            further.add("GRANT SELECT ON ALL TABLES IN SCHEMA " + schema + " TO " + role + ";");
            further.add("ALTER DEFAULT PRIVILEGES IN SCHEMA " + schema + " GRANT SELECT ON TABLES TO " + role + ";");
        }
        return further;
    }
}
