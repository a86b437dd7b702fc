package org.turing.runtime.database;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.ports.DatabaseUnavailable;

/**
 * Ends database sessions of scripts whose ticket was rescued. The sessions that the runtime opens for scripts name
 * their ticket in {@code application_name}: {@code turing ticket 71}. A session that works on for a lost ticket can
 * only do harm, and one that holds its claim keeps the subject from everybody else.
 */
final class ScriptSessions {

    private static final Logger LOG = LoggerFactory.getLogger(ScriptSessions.class);

    /** How long PostgreSQL waits for each session's end, in milliseconds. */
    private static final int PATIENCE = 1000;

    private ScriptSessions() {}

    /**
     * Ends the sessions of these tickets, of the same database and role, as far as that may be done. Behind a pooler
     * only what is in a transaction: an idle session bears the name of whoever had it last, and is nobody's now. Where
     * a second ledger lives in the database, a ticket's number does not say whose it is, and nothing is ended. Never
     * fails: a rescue must not depend on it.
     *
     * @return the tickets one of whose sessions has ended
     */
    static Set<Long> end(Database database, Collection<Long> tickets) {
        if (tickets.isEmpty()) {
            return Set.of();
        }
        Set<Long> ended = new HashSet<>();
        try {
            database.attempt(connection -> {
                try (PreparedStatement statement = connection.prepareStatement("""
                        SELECT ticket_id, pg_catalog.pg_terminate_backend(pid, %d)
                          FROM (SELECT pid, CAST(substring(application_name FROM '^turing ticket (\\d{1,18})( |$)')
                                                 AS bigint) AS ticket_id
                                  FROM pg_catalog.pg_stat_activity
                                 WHERE datname = current_database() AND usename = current_user
                                   AND pid <> pg_backend_pid() AND (state <> 'idle' OR NOT ?) OFFSET 0) s
                         WHERE ticket_id = ANY (CAST(? AS bigint[]))
                           AND (SELECT count(*) FROM pg_catalog.pg_class
                                 WHERE relname = 'ticket_history' AND relkind = 'p') = 1""".formatted(PATIENCE))) {
                    statement.setBoolean(1, database.isPooled());
                    statement.setArray(2, connection.createArrayOf("bigint", tickets.toArray()));
                    try (ResultSet row = statement.executeQuery()) {
                        while (row.next()) {
                            if (row.getBoolean(2)) {
                                ended.add(row.getLong(1));
                            }
                        }
                    }
                }
                return null;
            });
        } catch (SQLException | DatabaseUnavailable refused) {
            LOG.warn("sessions of rescued scripts could not be ended: {}", refused.getMessage());
        }
        if (!ended.isEmpty()) {
            LOG.info("ended the database sessions of {} rescued ticket(s)", ended.size());
        }
        return ended;
    }
}
