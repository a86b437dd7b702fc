package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.Outcome;

/**
 * One statement that ends claims, appends to the history and remembers, for a whole group, and the commit of all that.
 * An end that changes nothing that is remembered leaves its transaction's number all the same: its script may have
 * moved the subject before it was ended, so readings from before that are too old to claim from.
 */
final class OutcomeStatement {

    private static final String SQL = """
            WITH outcomes AS MATERIALIZED (
                SELECT c.*, o.*,
                       %s AS not_before, %s AS started_at, %s AS finished_at
                  FROM unnest(CAST(? AS bigint[]), CAST(? AS text[]), CAST(? AS text[]), CAST(? AS text[]),
                              CAST(? AS text[]), CAST(? AS integer[]), CAST(? AS bigint[]),
                              CAST(? AS bigint[]), CAST(? AS bigint[]), CAST(? AS text[]), CAST(? AS text[]),
                              CAST(? AS text[]), CAST(? AS integer[]), CAST(? AS text[]), CAST(? AS text[]),
                              CAST(? AS boolean[]), CAST(? AS text[]))
                       AS o (outcome_of, status, output, error, state, attempts, not_before_us, started_us, finished_us,
                             host, gpu, script_hash, exit_code, stdout, stderr, timed_out, warning)
                 CROSS JOIN LATERAL (SELECT * FROM turing.claims WHERE ticket_id = o.outcome_of OFFSET 0) c
            ), ended AS (
                DELETE FROM turing.claims WHERE ticket_id = ANY (CAST(? AS bigint[]))
            ), history AS (
                INSERT INTO turing.ticket_history
                       (ticket_id, task_type_id, subject_type, subject_id, status, attempt, fence, chain_id, chain_depth,
                        model, host, gpu, script_hash, runtime_id, claimed_at, started_at, finished_at, recorded_at,
                        input, output, error, exit_code, stdout, stderr, timed_out, warning)
                SELECT ticket_id, task_type_id, subject_type, subject_id, status, attempt, fence, chain_id, chain_depth,
                       model, host, gpu, script_hash, runtime_id, claimed_at, started_at, finished_at,
                       CAST(? AS timestamptz), input, CAST(output AS jsonb), error, exit_code, stdout, stderr,
                       timed_out, warning
                  FROM outcomes
            ), traced AS (
                INSERT INTO turing.memory
                       (task_type_id, subject_id, subject_type, state, outcome_xid, ticket_id, chain_id, chain_depth,
                        visiting_since)
                SELECT task_type_id, subject_id, subject_type, 'left', pg_current_xact_id(), ticket_id, chain_id,
                       chain_depth, clock_timestamp()
                  FROM (SELECT * FROM outcomes WHERE state IS NULL ORDER BY subject_id) e
                ON CONFLICT (task_type_id, subject_id) DO UPDATE SET outcome_xid = excluded.outcome_xid
            )
            INSERT INTO turing.memory AS m
                   (task_type_id, subject_id, subject_type, state, attempt, not_before, outcome_xid, ticket_id, chain_id,
                    chain_depth, completed_ticket_id, completed_chain_id, completed_chain_depth, visits, visiting_since,
                    reason)
            SELECT task_type_id, subject_id, subject_type, state, attempts, not_before, pg_current_xact_id(), ticket_id,
                   chain_id, chain_depth, CASE WHEN done THEN ticket_id END, CASE WHEN done THEN chain_id END,
                   CASE WHEN done THEN chain_depth END, CAST(done AS integer), CAST(? AS timestamptz), left(error, 1000)
              FROM (SELECT *, status = 'completed' AS done FROM outcomes WHERE state IS NOT NULL ORDER BY subject_id) e
            ON CONFLICT (task_type_id, subject_id) DO UPDATE
               SET (subject_type, state, attempt, not_before, outcome_xid, ticket_id, chain_id, chain_depth, new_chain,
                    reason)
                 = (excluded.subject_type, excluded.state, excluded.attempt, excluded.not_before, excluded.outcome_xid,
                    excluded.ticket_id, excluded.chain_id, excluded.chain_depth, false, excluded.reason),
                   interruptions = 0,
                   completed_ticket_id = coalesce(excluded.completed_ticket_id, m.completed_ticket_id),
                   completed_chain_id = coalesce(excluded.completed_chain_id, m.completed_chain_id),
                   completed_chain_depth = coalesce(excluded.completed_chain_depth, m.completed_chain_depth),
                   visits = CASE WHEN excluded.completed_chain_id IS NULL THEN m.visits
                                 WHEN excluded.completed_chain_id = m.completed_chain_id
                                      AND m.visiting_since > excluded.visiting_since - interval '10 minutes'
                                 THEN m.visits + 1 ELSE 1 END,
                   visiting_since = CASE WHEN excluded.completed_chain_id IS NULL
                                              OR (excluded.completed_chain_id = m.completed_chain_id
                                                  AND m.visiting_since
                                                      > excluded.visiting_since - interval '10 minutes')
                                         THEN m.visiting_since ELSE excluded.visiting_since END;
            COMMIT""".formatted(time("not_before_us"), time("started_us"), time("finished_us"));

    private OutcomeStatement() {}

    /** A column of µs since 1970 as a time: exact for some hundred years either way, and cheap to hand over. */
    static String time(String micros) {
        return "TIMESTAMPTZ 'epoch' + o." + micros + " * INTERVAL '1 microsecond'";
    }

    static void writeAndCommit(Database database, Connection connection, List<Decision> decisions, Instant now)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(database.inSchema(SQL))) {
            Binding bind = new Binding(connection, statement, decisions);
            bind.longs(Decision::ticketId);
            bind.texts(decision -> decision.status().sqlName());
            bind.texts(decision -> JsonText.storableJson(decision.output()));
            bind.texts(decision -> JsonText.storable(decision.error()));
            bind.texts(Decision::state);
            bind.integers(Decision::attempt);
            bind.longs(decision -> micros(decision.notBefore()));
            bind.longs(decision -> micros(decision.run().startedAt()));
            bind.longs(decision -> micros(decision.run().finishedAt()));
            bind.texts(decision -> JsonText.storable(decision.run().place().host()));
            bind.texts(decision -> JsonText.storable(decision.run().place().gpu()));
            bind.texts(decision -> decision.run().place().scriptHash());
            bind.integers(decision -> decision.run().log().exitCode());
            bind.texts(decision -> JsonText.storable(decision.run().log().stdout()));
            bind.texts(decision -> JsonText.storable(decision.run().log().stderr()));
            bind.booleans(decision -> decision.run().outcome() instanceof Outcome.TimedOut);
            bind.texts(decision -> JsonText.storable(decision.run().warning()));
            bind.longs(Decision::ticketId);
            bind.time(now);
            bind.time(now);
            statement.execute();
        }
    }

    /** Whoever looks for a time that was written must round it as it was rounded then. */
    static @Nullable Long micros(@Nullable Instant time) {
        return time == null ? null : ChronoUnit.MICROS.between(Instant.EPOCH, time.plusNanos(500));
    }

    /** Binds one array per column, and what follows them. */
    private static final class Binding {
        private final Connection connection;
        private final PreparedStatement statement;
        private final List<Decision> decisions;
        private int at = 1;

        Binding(Connection connection, PreparedStatement statement, List<Decision> decisions) {
            this.connection = connection;
            this.statement = statement;
            this.decisions = decisions;
        }

        void texts(Function<Decision, @Nullable String> value) throws SQLException {
            bind("text", decisions.stream().map(value).toArray(String[]::new));
        }

        void longs(Function<Decision, @Nullable Long> value) throws SQLException {
            bind("bigint", decisions.stream().map(value).toArray(Long[]::new));
        }

        void integers(Function<Decision, @Nullable Integer> value) throws SQLException {
            bind("integer", decisions.stream().map(value).toArray(Integer[]::new));
        }

        void booleans(Function<Decision, Boolean> value) throws SQLException {
            bind("boolean", decisions.stream().map(value).toArray(Boolean[]::new));
        }

        private void bind(String type, Object[] values) throws SQLException {
            statement.setArray(at++, connection.createArrayOf(type, values));
        }

        void time(Instant time) throws SQLException {
            statement.setObject(at++, OffsetDateTime.ofInstant(time, ZoneOffset.UTC));
        }
    }
}
