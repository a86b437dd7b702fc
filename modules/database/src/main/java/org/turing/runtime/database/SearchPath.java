package org.turing.runtime.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The database's own {@code search_path}: with the runtime's schema in it, {@code INSERT INTO task_types …} works bare.
 */
public final class SearchPath {

    private final Database database;

    public SearchPath(Database database) {
        this.database = database;
    }

    /** The line that puts the runtime's schema last in the search_path of new sessions; users' own tables go first. */
    public String hint() {
        return database.transaction(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT pg_catalog.current_database()")) {
                row.next();
                return "ALTER DATABASE " + Sql.identifier(row.getString(1)) + " SET search_path = \"$user\", public, "
                        + Sql.identifier(database.settings().schema()) + ";";
            }
        });
    }

    /**
     * Runs that line; new sessions see it.
     *
     * @throws DatabaseFault if the user may not alter the database
     */
    public void apply() throws DatabaseFault {
        String line = hint();
        try {
            database.attempt(connection -> {
                try (Statement statement = connection.createStatement()) {
                    return statement.execute(line);
                }
            });
        } catch (SQLException e) {
            throw new DatabaseFault(
                    DatabaseFault.Reason.RIGHTS,
                    "database " + database.settings().address() + ": its search_path can't be set: "
                            + SqlFaults.message(e) + ". Fix: let its owner run " + line);
        }
    }
}
