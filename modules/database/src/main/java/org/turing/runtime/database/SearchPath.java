package org.turing.runtime.database;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The database's own {@code search_path}: with the runtime's schema in it, {@code INSERT INTO task_types …} works bare.
 */
public final class SearchPath {

    private final Database database;

    public SearchPath(Database database) {
        this.database = database;
    }

    /**
     * The line that puts the runtime's schema last in the search_path of new sessions: users' own tables go first. A
     * user who is named like the schema would otherwise create tables in it ({@code "$user"}), so that entry is left
     * out then.
     */
    public String hint() {
        return read().line();
    }

    /** Whether that line is in effect already for sessions of this user. */
    public boolean isInEffect() {
        Path path = read();
        return path.now().equals(path.wanted());
    }

    /**
     * @param database its name
     * @param now the entries as they are
     * @param wanted the entries as they should be
     */
    private record Path(String database, List<String> now, List<String> wanted) {
        String line() {
            return "ALTER DATABASE " + Sql.identifier(database) + " SET search_path = " + String.join(", ", wanted)
                    + ";";
        }
    }

    private Path read() {
        String schema = database.settings().schema();
        return database.transaction(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT pg_catalog.current_database(), current_user, "
                            + "pg_catalog.current_setting('search_path')")) {
                row.next();
                boolean namesake = row.getString(2).equals(schema);
                List<String> now = Stream.of(row.getString(3).split(","))
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .toList();
                List<String> wanted = new ArrayList<>();
                for (String part : now) {
                    boolean ours = part.equals(schema) || part.equals(Sql.identifier(schema));
                    if (!ours && !(namesake && part.equals("\"$user\""))) {
                        wanted.add(part);
                    }
                }
                wanted.add(schema);
                return new Path(row.getString(1), now, wanted);
            }
        });
    }

    /**
     * The table that a bare {@code task_types} reaches instead of the runtime's, as its schema comes earlier in the
     * search_path; null if there is none.
     */
    public @Nullable String shadowing() {
        return database.transaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("""
                    SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
                      FROM pg_catalog.pg_class c
                      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                     WHERE c.relname = 'task_types' AND n.nspname = ANY (pg_catalog.current_schemas(false))
                       AND n.nspname <> ?
                     ORDER BY pg_catalog.array_position(pg_catalog.current_schemas(false), n.nspname) LIMIT 1""")) {
                statement.setString(1, database.settings().schema());
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() ? row.getString(1) : null;
                }
            }
        });
    }

    /**
     * Runs that line; new sessions see it, those of this program's pools included.
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
            database.renewConnections();
        } catch (SQLException e) {
            throw new DatabaseFault(
                    DatabaseFault.Reason.RIGHTS,
                    "database " + database.settings().address() + ": its search_path can't be set: "
                            + SqlFaults.message(e) + ". Fix: let its owner run " + line);
        }
    }
}
