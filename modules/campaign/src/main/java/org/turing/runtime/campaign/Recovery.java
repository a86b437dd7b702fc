package org.turing.runtime.campaign;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.turing.runtime.bench.Waiting;

/**
 * Notes what a runtime held when it was killed, and tells at the end of a round when that ran again, from the tickets.
 * Kills while the database was away, or of a runtime that held nothing, are not measured.
 */
final class Recovery {

    private static final Duration LONGEST_END_OF_CHILDREN = Duration.ofSeconds(30);

    /** What a killed runtime had sent off may be claimed a moment after its end: no sign that others go on. */
    static final Duration FLOOR = Duration.ofMillis(500);
    /** A task type that claimed within so long before a kill was at work. */
    private static final Duration JUST_BEFORE = Duration.ofSeconds(5);

    private final CampaignDatabase database;
    private final List<Death> deaths = new ArrayList<>();
    private long slowestChildrenMillis;

    Recovery(CampaignDatabase database) {
        this.database = database;
    }

    /** A claim that a killed runtime held. */
    private record Held(long runtimeId, long ticketId, long taskTypeId, String subjectId) {}

    private record Death(Instant at, boolean speaker, List<Held> held) {}

    /**
     * From the kill to the first, and to the last, of the held subjects being handed to a script again, in ms.
     *
     * @param elsewhere whether another data folder's runtime took up the first of them
     * @param speaker whether it spoke for its cluster
     * @param goesOnMillis until anything at all was claimed and handed to a script, {@link #FLOOR} at least; 0: unknown
     * @param allGoOnMillis until that was so for each task type that had claimed just before and did so later; 0:
     *     unknown
     */
    record Figure(
            boolean elsewhere,
            boolean speaker,
            long goesOnMillis,
            long allGoOnMillis,
            long firstMillis,
            long lastMillis) {}

    /** To be called right after the kill. */
    void died(long pid, Instant at, boolean speaker) {
        Optional<List<Held>> held = database.rowsNow(
                row -> new Held(row.getLong(1), row.getLong(2), row.getLong(3), row.getString(4)), """
                SELECT c.runtime_id, c.ticket_id, c.task_type_id, c.subject_id
                  FROM turing.claims c
                 WHERE c.runtime_id = (SELECT max(r.runtime_id) FROM turing.runtimes r WHERE r.pid = ?)""", pid);
        if (held.isPresent() && !held.get().isEmpty()) {
            synchronized (this) {
                deaths.add(new Death(at, speaker, held.get()));
            }
        }
    }

    /** Waits for the end of what a killed runtime leaves behind, and remembers the slowest. */
    void awaitEndOfChildren(String mark, Instant since) throws IOException {
        Waiting.until(
                LONGEST_END_OF_CHILDREN,
                "the end of the scripts of " + mark,
                () -> Processes.scripts(mark).isEmpty());
        long millis = Duration.between(since, Instant.now()).toMillis();
        synchronized (this) {
            slowestChildrenMillis = Math.max(slowestChildrenMillis, millis);
        }
    }

    /** The longest from a kill to the end of the last script, in ms. */
    synchronized long slowestChildrenMillis() {
        return slowestChildrenMillis;
    }

    /** What became of every death that was noted. */
    synchronized List<Figure> figures() throws IOException {
        List<Figure> figures = new ArrayList<>();
        for (Death death : deaths) {
            figure(death).ifPresent(figures::add);
        }
        return figures;
    }

    private Optional<Figure> figure(Death death) throws IOException {
        long first = Long.MAX_VALUE;
        long last = 0;
        boolean elsewhere = false;
        for (Held held : death.held()) {
            for (Again again : again(held)) {
                long millis = Duration.between(death.at(), again.at()).toMillis();
                last = Math.max(last, millis);
                if (millis < first) {
                    first = millis;
                    elsewhere = again.elsewhere();
                }
            }
        }
        return last == 0
                ? Optional.empty()
                : Optional.of(
                        new Figure(elsewhere, death.speaker(), goesOn(death.at()), allGoOn(death.at()), first, last));
    }

    private long goesOn(Instant at) throws IOException {
        return database.number("""
                SELECT coalesce(1000 * extract(epoch FROM min(started_at) - CAST(? AS timestamptz)), 0)
                  FROM turing.ticket_history WHERE claimed_at >= CAST(? AS timestamptz)""", at.toString(), at.plus(FLOOR).toString());
    }

    private long allGoOn(Instant at) throws IOException {
        return database.number(
                """
                SELECT coalesce(1000 * extract(epoch FROM max(again) - CAST(? AS timestamptz)), 0)
                  FROM (SELECT min(started_at) FILTER (WHERE claimed_at >= CAST(? AS timestamptz)) AS again
                          FROM turing.ticket_history WHERE claimed_at >= CAST(? AS timestamptz)
                         GROUP BY task_type_id HAVING min(claimed_at) < CAST(? AS timestamptz)) AS task_types""",
                at.toString(),
                at.plus(FLOOR).toString(),
                at.minus(JUST_BEFORE).toString(),
                at.toString());
    }

    private record Again(Instant at, boolean elsewhere) {}

    /** The next ticket of the same task type and subject that was handed to a script; none if it was overtaken. */
    private List<Again> again(Held held) throws IOException {
        return database.rows(
                row -> new Again(row.getTimestamp(1).toInstant(), row.getBoolean(2)),
                """
                SELECT h.started_at, coalesce(r.data_folder <> dead.data_folder, true)
                  FROM turing.ticket_history h
                  LEFT JOIN turing.runtimes r ON r.runtime_id = h.runtime_id
                  LEFT JOIN turing.runtimes dead ON dead.runtime_id = ?
                 WHERE h.task_type_id = ? AND h.subject_id = ? AND h.ticket_id > ? AND h.started_at IS NOT NULL
                 ORDER BY h.ticket_id LIMIT 1""",
                held.runtimeId(),
                held.taskTypeId(),
                held.subjectId(),
                held.ticketId());
    }
}
