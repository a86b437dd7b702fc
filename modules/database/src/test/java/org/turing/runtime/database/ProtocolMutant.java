package org.turing.runtime.database;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** The real statements with one part of the protocol left out. */
enum ProtocolMutant {
    /** The protocol in use. */
    NONE,
    /** An outcome is written for its subject, whoever holds that by now. */
    NO_FENCE,
    RESCUE_BY_ELAPSED_TIME,
    COMPLETION_IN_TWO_TRANSACTIONS,
    NO_SNAPSHOT_CHECK,
    NO_UNIQUE_CLAIM,
    ATTEMPTS_NOT_COUNTED,
    CLAIMS_WITHOUT_A_LEASE,
    DRAINING_IS_IGNORED,
    /** Draining does not wait for claims that are being made. */
    DRAINING_IS_PASSED_BY,
    EPOCHS_ARE_IGNORED,
    /** A new epoch does not wait for claims that are being made. */
    EPOCHS_ARE_PASSED_BY,
    INTERRUPTIONS_COST_ATTEMPTS,
    INTERRUPTIONS_NOT_COUNTED,
    SUSPECTS_TOGETHER,
    VISITS_NOT_COUNTED,
    DEPTH_NOT_LIMITED,
    /** A person's claim is refused like a runtime's. */
    HANDS_ARE_REFUSED,
    SKIPPED_IS_FORGOTTEN,
    DEAD_STAYS_DEAD,
    RETRY_KEEPS_INTERRUPTIONS;

    private static final String LOCKED_BY_TICKET =
            "SELECT ticket_id, fence, alone, clock_timestamp() FROM turing.claims\n WHERE ticket_id = ANY"
                    + " (CAST(? AS bigint[])) ORDER BY ticket_id FOR UPDATE SKIP LOCKED";

    private static final String LOCKED_BY_SUBJECT = """
            SELECT t.ticket_id, t.fence, alone, clock_timestamp()
              FROM turing.claims c JOIN turing.tickets t USING (task_type_id, subject_id)
             WHERE t.ticket_id = ANY (CAST(? AS bigint[])) ORDER BY t.ticket_id FOR UPDATE OF c SKIP LOCKED""";

    /** What is replaced by what, in statements of ours. */
    Map<String, String> replacements() {
        return switch (this) {
            case NO_FENCE ->
                Map.of(
                        LOCKED_BY_TICKET,
                        LOCKED_BY_SUBJECT,
                        "WHERE ticket_id = o.outcome_of ",
                        """
                        WHERE (task_type_id, subject_id) IN (SELECT t.task_type_id, t.subject_id FROM turing.tickets t
                                                              WHERE t.ticket_id = o.outcome_of)\s""",
                        "DELETE FROM turing.claims WHERE ticket_id = ANY (CAST(? AS bigint[]))",
                        """
                        DELETE FROM turing.claims
                         WHERE (task_type_id, subject_id) IN (
                               SELECT t.task_type_id, t.subject_id FROM turing.tickets t
                                WHERE t.ticket_id = ANY (CAST(? AS bigint[])))""");
            case RESCUE_BY_ELAPSED_TIME ->
                Map.of("WHERE r.ended_at IS NOT NULL", "WHERE c.claimed_at < clock_timestamp() - interval '1 hour'");
            case NO_SNAPSHOT_CHECK ->
                Map.of(
                        "pg_visible_in_snapshot(m.outcome_xid, CAST(? AS pg_snapshot))",
                        "CAST(? AS pg_snapshot) IS NOT NULL");
            case NO_UNIQUE_CLAIM ->
                Map.of("FROM turing.claims h\n", "FROM (SELECT * FROM turing.claims WHERE false) h\n");
            case ATTEMPTS_NOT_COUNTED -> Map.of("THEN m.attempt + 1 ELSE 1 END", "THEN 1 ELSE 1 END");
            case CLAIMS_WITHOUT_A_LEASE ->
                Map.of(
                        "AND ended_at IS NULL AND NOT draining AND lease_until > clock_timestamp()\n     ORDER BY runtime_id",
                        "AND NOT draining\n     ORDER BY runtime_id");
            case DRAINING_IS_IGNORED -> Map.of("AND NOT draining ", "");
            case DRAINING_IS_PASSED_BY -> Map.of("ORDER BY runtime_id FOR KEY SHARE", "ORDER BY runtime_id");
            case EPOCHS_ARE_IGNORED -> Map.of("(? OR EXISTS (SELECT FROM gate))", "(? OR true)");
            case EPOCHS_ARE_PASSED_BY -> Map.of("AND epoch = ? FOR SHARE", "AND epoch = ?");
            case INTERRUPTIONS_COST_ATTEMPTS ->
                Map.of(
                        "interruptions = m.interruptions + 1",
                        "interruptions = m.interruptions + 1, attempt = m.attempt + 1");
            case INTERRUPTIONS_NOT_COUNTED ->
                Map.of("interruptions = m.interruptions + 1", "interruptions = m.interruptions");
            case SUSPECTS_TOGETHER -> Map.of("NOT ? AND interruptions >= ?", "NOT ? AND interruptions >= ? AND false");
            case VISITS_NOT_COUNTED -> Map.of("m.visits >= ?", "m.visits >= ? + 1000");
            case DEPTH_NOT_LIMITED -> Map.of("WHEN chain_depth > ?", "WHEN chain_depth > ? + 1000");
            case HANDS_ARE_REFUSED -> Map.of("AND (? OR (m.state IS NULL", "AND (? AND false OR (m.state IS NULL");
            case SKIPPED_IS_FORGOTTEN ->
                Map.of(
                        "(m.state = 'left' OR",
                        "(m.state IN ('left', 'skipped') OR",
                        "m.state NOT IN ('left', 'backing_off')",
                        "m.state NOT IN ('left', 'skipped', 'backing_off')");
            case DEAD_STAYS_DEAD ->
                Map.of(
                        "SET state = 'left', attempt = 0, not_before = NULL, new_chain = true",
                        "SET state = CASE m.state WHEN 'dead' THEN 'dead' ELSE 'left' END, not_before = NULL,"
                                + " new_chain = true");
            case RETRY_KEEPS_INTERRUPTIONS -> Map.of("visits = 0, interruptions = 0", "visits = 0");
            case NONE, COMPLETION_IN_TWO_TRANSACTIONS -> Map.of();
        };
    }

    /** What is done to the database before, and undone after. */
    String[] schemaChange() {
        return switch (this) {
            case NO_UNIQUE_CLAIM ->
                new String[] {
                    "ALTER TABLE turing.claims DROP CONSTRAINT claims_one_per_subject",
                    "ALTER TABLE turing.claims ADD CONSTRAINT claims_one_per_subject UNIQUE (task_type_id, subject_id)"
                };
            default -> new String[] {"", ""};
        };
    }

    /** A way of wording statements, for one runtime. */
    Wording wording(int pauseKey) {
        Map<String, String> all = new LinkedHashMap<>(replacements());
        all.putAll(pauses(pauseKey));
        return new Wording(all);
    }

    /** Where a runtime's statements can be made to wait: nobody holds the advisory lock as a rule. */
    private static Map<String, String> pauses(int key) {
        String pause = "public.pause_here(" + key + ")";
        return Map.of(
                "FROM judged WHERE refusal IS NULL\nON CONFLICT",
                        "FROM judged WHERE refusal IS NULL AND " + pause + "\nON CONFLICT",
                "OFFSET 0) c\n", "AND " + pause + " OFFSET 0) c\n");
    }

    /** Replaces, and knows what it has replaced. */
    static final class Wording implements UnaryOperator<String> {
        private final Map<String, String> replacements;
        private final Set<String> replaced = ConcurrentHashMap.newKeySet();

        private Wording(Map<String, String> replacements) {
            this.replacements = replacements;
        }

        @Override
        public String apply(String sql) {
            String worded = sql;
            for (Map.Entry<String, String> replacement : replacements.entrySet()) {
                if (worded.contains(replacement.getKey())) {
                    replaced.add(replacement.getKey());
                    worded = worded.replace(replacement.getKey(), replacement.getValue());
                }
            }
            return worded;
        }

        /** The texts that were found in some statement. */
        Set<String> replaced() {
            return replaced;
        }
    }
}
