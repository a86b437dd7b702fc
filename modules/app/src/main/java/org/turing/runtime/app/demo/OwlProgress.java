package org.turing.runtime.app.demo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * How far the example is, whoever runs it: what the database knows.
 *
 * @param terms raw terms
 * @param ended terms that were merged or classified
 * @param proposals of categories, from all actors
 * @param claims of its task types that stand
 * @param stuck subjects that died or were set aside
 */
public record OwlProgress(long terms, long ended, long proposals, long claims, long stuck) {

    private static final String SQL = """
            SELECT (SELECT count(*) FROM public.owl),
                   (SELECT count(*) FROM public.owl WHERE status IN ('merged', 'classified')),
                   (SELECT count(*) FROM public.owl_proposals),
                   (SELECT count(*) FROM {schema}.claims JOIN {schema}.task_types USING (task_type_id)
                     WHERE pipeline = 'owl'),
                   (SELECT count(*) FROM {schema}.memory JOIN {schema}.task_types USING (task_type_id)
                     WHERE pipeline = 'owl' AND state IN ('dead', 'set_aside')
                       AND subject_id IN (SELECT owl_id::text FROM public.owl))
            """;

    /** @param schema the runtime's schema */
    public static OwlProgress read(Connection connection, String schema) throws SQLException {
        String sql;
        try (Statement statement = connection.createStatement()) {
            sql = SQL.replace("{schema}", statement.enquoteIdentifier(schema, true));
        }
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return new OwlProgress(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5));
        }
    }

    /** Whether nothing is left to do and every outcome is written. */
    public boolean finished() {
        return ended == terms && claims == 0;
    }
}
