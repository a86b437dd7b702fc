package org.turing.runtime.app.demo;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What became of the work of a node that was killed while the pipeline ran.
 *
 * @param node its name
 * @param atSeconds when, after the first claim
 * @param claims that it held when it was killed
 * @param rescued those of them that were taken from it; the others' outcomes had been on their way. One without a
 *     ticket had not been started
 * @param lost terms that came to no end
 * @param twice task types and terms with more than one completed ticket
 * @param afterwards tickets that the node completed in its second life
 */
public record Casualty(
        String node, double atSeconds, long claims, long rescued, long lost, long twice, long afterwards) {

    private static final String HELD = """
            SELECT claim.ticket_id, claim.runtime_id
              FROM {schema}.claims claim JOIN {schema}.runtimes runtime USING (runtime_id)
             WHERE runtime.host = ? AND runtime.ended_at IS NULL
            """;

    private static final String FOUND = """
            WITH run AS (
                SELECT ticket.*
                  FROM {schema}.tickets ticket
                  JOIN {schema}.task_types type USING (task_type_id)
                 WHERE type.pipeline = 'owl'
                   AND ticket.subject_id IN (SELECT owl_id::text FROM public.owl)
            ), twice AS (
                SELECT FROM run WHERE status = 'completed' GROUP BY task_type_id, subject_id HAVING count(*) > 1
            )
            SELECT (SELECT count(*) FROM unnest(?) AS held (ticket_id)
                     WHERE NOT EXISTS (SELECT FROM run WHERE run.ticket_id = held.ticket_id AND status NOT IN ('cancelled', 'running'))),
                   (SELECT count(*) FROM public.owl WHERE status NOT IN ('merged', 'classified')),
                   (SELECT count(*) FROM twice),
                   (SELECT count(*) FROM run WHERE host = ? AND status = 'completed' AND runtime_id > ?)
            """;

    /** What a node held at the moment of its death. */
    public record Held(String node, double atSeconds, List<Long> tickets, long runtimeId) {
        public Held {
            tickets = List.copyOf(tickets);
        }
    }

    /** Whether every term came to its end, each step of it once. */
    public boolean survived() {
        return lost == 0 && twice == 0;
    }

    /**
     * What a node holds now; null if it holds nothing.
     *
     * @param schema the runtime's schema
     */
    public static @Nullable Held held(Connection connection, String schema, String node, double atSeconds)
            throws SQLException {
        List<Long> tickets = new ArrayList<>();
        long runtime = 0;
        try (PreparedStatement statement = connection.prepareStatement(in(connection, schema, HELD))) {
            statement.setString(1, node);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    tickets.add(row.getLong(1));
                    runtime = row.getLong(2);
                }
            }
        }
        return tickets.isEmpty() ? null : new Held(node, atSeconds, tickets, runtime);
    }

    /**
     * What became of it, once everything has come to its end.
     *
     * @param schema the runtime's schema
     */
    public static Casualty read(Connection connection, String schema, Held held) throws SQLException {
        Array tickets = connection.createArrayOf("bigint", held.tickets().toArray());
        try (PreparedStatement statement = connection.prepareStatement(in(connection, schema, FOUND))) {
            statement.setArray(1, tickets);
            statement.setString(2, held.node());
            statement.setLong(3, held.runtimeId());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Casualty(
                        held.node(),
                        held.atSeconds(),
                        held.tickets().size(),
                        row.getLong(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4));
            }
        }
    }

    private static String in(Connection connection, String schema, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return sql.replace("{schema}", statement.enquoteIdentifier(schema, true));
        }
    }

    /** For people. */
    public String toText() {
        return String.format(
                Locale.ROOT,
                "%s was killed after %.1f s, with %,d claims, and started again%n"
                        + "  taken from it and run elsewhere  %,6d%n"
                        + "  terms lost                       %,6d%n"
                        + "  done twice                       %,6d%n"
                        + "  completed in its second life     %,6d",
                node,
                atSeconds,
                claims,
                rescued,
                lost,
                twice,
                afterwards);
    }
}
