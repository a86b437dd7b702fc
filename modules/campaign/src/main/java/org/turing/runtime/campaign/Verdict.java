package org.turing.runtime.campaign;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.turing.runtime.bench.Waiting;

/** The checks at the end of a round, from the campaign's ledger and from the tickets. */
final class Verdict {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int EXAMPLES = 5;

    /** What each subject must have gone through: table, subject, from where to where, and by which task type. */
    private static final String EXPECTED = """
            WITH expected (subject_table, subject_id, from_status, to_status, task_type) AS (
                SELECT 'letters', letter_id::text, 'written', 'read', 'letters_read' FROM work.letters
                UNION ALL SELECT 'letters', letter_id::text, 'read',
                                 CASE letter_id % 2 WHEN 1 THEN 'kept' ELSE 'burnt' END, 'letters_judge'
                            FROM work.letters
                UNION ALL SELECT 'letters', letter_id::text, 'kept', 'filed', 'letters_file'
                            FROM work.letters WHERE letter_id % 2 = 1
                UNION ALL SELECT 'crates', crate_id::text, 'packed', 'shipped', 'crates_ship' FROM work.crates
                UNION ALL SELECT 'deeds', deed_id::text, 'drafted', 'sealed', 'deeds_seal' FROM work.deeds
                UNION ALL SELECT 'parcels', parcel_id::text, 'posted', 'delivered', 'parcels_deliver'
                            FROM work.parcels),
            seen AS (
                SELECT subject_table, subject_id, from_status, to_status, count(*) AS times
                  FROM work.transitions GROUP BY 1, 2, 3, 4),
            ran AS (
                SELECT task_type, subject_id, count(*) AS times FROM work.effects GROUP BY 1, 2),
            done AS (
                SELECT task_type_name AS task_type, subject_id, count(*) AS times
                  FROM turing.tickets JOIN turing.task_types USING (task_type_id)
                 WHERE status = 'completed' GROUP BY 1, 2)
            """;

    private static final String TRANSITIONS_MISSING = EXPECTED + """
            SELECT concat_ws(' ', e.subject_table, e.subject_id, e.from_status, '->', e.to_status)
              FROM expected e LEFT JOIN seen USING (subject_table, subject_id, from_status, to_status)
             WHERE seen.times IS NULL ORDER BY 1""";

    private static final String TRANSITIONS_TOO_MANY = EXPECTED + """
            SELECT concat_ws(' ', s.subject_table, s.subject_id, s.from_status, '->', s.to_status, s.times, 'times')
              FROM seen s LEFT JOIN expected e USING (subject_table, subject_id, from_status, to_status)
             WHERE e.task_type IS NULL OR s.times > 1 ORDER BY 1""";

    private static final String EFFECTS_MISSING = EXPECTED + """
            SELECT concat_ws(' ', e.task_type, e.subject_id)
              FROM expected e LEFT JOIN ran USING (task_type, subject_id) WHERE ran.times IS NULL ORDER BY 1""";

    private static final String EFFECTS_UNDER_HOLD_TOO_MANY = EXPECTED + """
            SELECT concat_ws(' ', task_type, subject_id, times, 'times')
              FROM ran WHERE task_type = 'deeds_seal' AND times > 1 ORDER BY 1""";

    private static final String COMPLETIONS_MISSING = EXPECTED + """
            SELECT concat_ws(' ', e.task_type, e.subject_id, 'has no completed ticket')
              FROM expected e LEFT JOIN done USING (task_type, subject_id)
             WHERE e.subject_table IN ('letters', 'crates') AND done.times IS NULL ORDER BY 1""";

    private static final String COMPLETIONS_TOO_MANY = EXPECTED + """
            SELECT concat_ws(' ', task_type, subject_id, times, 'completed tickets')
              FROM done WHERE task_type <> 'parcels_deliver' AND times > 1 ORDER BY 1""";

    private static final String TALLIES_WRONG = """
            SELECT concat('tally ', tally_id, ' says ', deeds, ' of ', sealed)
              FROM work.tallies, (SELECT count(*) AS sealed FROM work.deeds WHERE status = 'sealed') s
             WHERE deeds <> sealed""";

    private static final String EFFECTS_WITHOUT_TICKET = """
            SELECT concat('ticket ', e.ticket_id, ' of ', e.task_type, ' ', e.subject_id)
              FROM work.effects e LEFT JOIN turing.tickets t USING (ticket_id) WHERE t.ticket_id IS NULL""";

    /** What a script did after its ticket was rescued: by then somebody else may have run its subject. */
    private static final String OUTLIVED = """
            SELECT concat_ws(' ', e.task_type, e.subject_id, 'ticket', e.ticket_id, 'acted',
                             extract(epoch FROM e.alive_at - h.recorded_at), 's after its rescue')
              FROM work.effects e JOIN turing.ticket_history h USING (ticket_id)
             WHERE h.status = 'cancelled' AND h.error LIKE 'rescued: %' AND e.alive_at > h.recorded_at ORDER BY 1""";

    private static final String CLAIMS = """
            SELECT concat('ticket ', ticket_id, ' of runtime ', runtime_id) FROM turing.claims""";

    private static final String SESSIONS = """
            SELECT concat_ws(' ', pid, application_name, state, left(query, 60)) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name <> 'campaign' AND backend_type = 'client backend'""";

    /**
     * When each ticket ran, by the ledger's times; by what its script did where a ticket was rescued, and the ledger
     * has no times. Overlapping is what starts before something else in its group has ended.
     */
    private static final String OVERLAPS = """
            WITH acted AS (
                SELECT ticket_id, min(alive_at) AS first, max(alive_at) AS last FROM work.effects GROUP BY ticket_id),
            ran AS (
                SELECT t.ticket_id, t.task_type_id, t.subject_type, t.subject_id, t.model, r.host, t.runtime_id,
                       coalesce(t.started_at, a.first) AS started, coalesce(t.finished_at, a.last) AS finished
                  FROM turing.ticket_history t
                  JOIN turing.runtimes r USING (runtime_id) LEFT JOIN acted a USING (ticket_id)
                 WHERE coalesce(t.started_at, a.first) IS NOT NULL),
            grouped AS (
                SELECT ran.*, max(finished) OVER (PARTITION BY %1$s ORDER BY started, ticket_id
                                                  ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS occupied
                  FROM ran WHERE %2$s)
            SELECT concat_ws(' ', 'ticket', ticket_id, 'of', subject_type, subject_id, 'on', host, 'runtime', runtime_id,
                             extract(epoch FROM occupied - started), 's before the one before it ended')
              FROM grouped WHERE started < occupied ORDER BY started""";

    private static final String SLOTS_OVERLAPPING = OVERLAPS.formatted("model, host", "model IS NOT NULL");
    private static final String SUBJECTS_OVERLAPPING = OVERLAPS.formatted("subject_type, subject_id", "true");

    private final CampaignDatabase database;
    private final String mark;
    private final Consumer<String> incidents;

    /**
     * @param mark what the processes of the round bear
     * @param incidents is told what must not be
     */
    Verdict(CampaignDatabase database, String mark, Consumer<String> incidents) {
        this.database = database;
        this.mark = mark;
        this.incidents = incidents;
    }

    /** While the runtimes are idle: no claim is left. */
    void checkIdle() throws IOException {
        awaitNone("claims left", () -> list(CLAIMS));
    }

    /** After the runtimes have left: no process, no session. */
    void checkLeft() throws IOException {
        awaitNone(
                "processes left",
                () -> Processes.scripts(mark).stream().map(Processes::describe).toList());
        awaitNone(
                "processes of runtimes left",
                () -> Processes.others(mark).stream().map(Processes::describe).toList());
        awaitNone("sessions left", () -> list(SESSIONS));
        awaitNone("claims left behind", () -> list(CLAIMS));
        report("effects without a ticket", list(EFFECTS_WITHOUT_TICKET));
    }

    /** No script outlived the lease under which it ran, in the database's time; each that did is an incident. */
    long outlived() throws IOException {
        return report("scripts that outlived their lease", list(OUTLIVED));
    }

    /** No two slots of one model with a single slot on one node, and no two runs of one subject, overlapped. */
    long overlapped() throws IOException {
        return report("runs in a slot that was occupied", list(SLOTS_OVERLAPPING))
                + report("subjects that ran twice at once", list(SUBJECTS_OVERLAPPING));
    }

    /** What is missing, counted; each kind is an incident with examples. */
    long lost() throws IOException {
        return report("transitions lost", list(TRANSITIONS_MISSING))
                + report("effects lost", list(EFFECTS_MISSING))
                + report("completions lost", list(COMPLETIONS_MISSING));
    }

    /** What happened more than once, counted; each kind is an incident with examples. */
    long doubled() throws IOException {
        return report("transitions doubled", list(TRANSITIONS_TOO_MANY))
                + report("effects under hold() doubled", list(EFFECTS_UNDER_HOLD_TOO_MANY))
                + report("completions doubled", list(COMPLETIONS_TOO_MANY))
                + report("tallies wrong", list(TALLIES_WRONG));
    }

    /** Effects beyond the first, by task type. */
    Map<String, Long> reexecutions() throws IOException {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Map.Entry<String, Long> entry : database.rows(row -> Map.entry(row.getString(1), row.getLong(2)), """
                SELECT task_type, count(*) - count(DISTINCT subject_id) FROM work.effects
                 GROUP BY task_type ORDER BY task_type""")) {
            counts.put(entry.getKey(), entry.getValue());
        }
        return counts;
    }

    /** Changes of a status that the campaign saw. */
    long transitions() throws IOException {
        return database.number("SELECT count(*) FROM work.transitions");
    }

    /** Deadlocks that PostgreSQL counted since its statistics were last reset, by a crash at the latest. */
    long deadlocks() throws IOException {
        return database.number("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
    }

    @FunctionalInterface
    private interface Look {
        List<String> at() throws IOException;
    }

    private void awaitNone(String what, Look look) throws IOException {
        long since = System.nanoTime();
        List<String> left = look.at();
        while (!left.isEmpty() && System.nanoTime() - since < PATIENCE.toNanos()) {
            Waiting.pause(Duration.ofMillis(100));
            left = look.at();
        }
        report(what, left);
    }

    private long report(String what, List<String> found) {
        if (!found.isEmpty()) {
            incidents.accept(found.size() + " " + what + ", for example "
                    + String.join("; ", found.subList(0, Math.min(EXAMPLES, found.size()))));
        }
        return found.size();
    }

    private List<String> list(String sql) throws IOException {
        return database.rows(row -> row.getString(1), sql);
    }
}
