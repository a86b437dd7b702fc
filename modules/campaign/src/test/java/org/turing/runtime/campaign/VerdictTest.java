package org.turing.runtime.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.DatabaseSettings;

/** A campaign that can't fail would prove nothing: what it must notice, made by hand. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VerdictTest {

    private final List<String> incidents = new ArrayList<>();
    private CampaignServer server;
    private CampaignDatabase database;
    private Verdict verdict;

    @BeforeAll
    void openDatabase(@TempDir Path folder) throws Exception {
        server = CampaignServer.start(folder.resolve("server"));
        try (CampaignDatabase maintenance = server.maintenance()) {
            maintenance.execute("CREATE DATABASE round");
        }
        DatabaseSettings place = DatabaseSettings.of(server.url("round"), server.user(), server.password(), "turing");
        try (Database runtimes = Database.connect(place)) {
            runtimes.migrate();
        }
        database = new CampaignDatabase(server.url("round"), server.user(), server.password());
        WorkLoad load = new WorkLoad(database);
        load.createTables();
        load.register();
        verdict = new Verdict(database, "no such process", incidents::add);
        beWell();
    }

    @AfterAll
    void closeDatabase() {
        database.close();
        server.close();
    }

    /** One deed, done as it should be, and nothing else. */
    private void beWell() throws Exception {
        database.execute("""
                TRUNCATE work.letters, work.crates, work.parcels, work.deeds, work.effects, work.transitions;
                UPDATE work.tallies SET deeds = 1;
                INSERT INTO work.deeds OVERRIDING SYSTEM VALUE VALUES (1, 'drafted');
                UPDATE work.deeds SET status = 'sealed';
                INSERT INTO work.effects (task_type, subject_id, ticket_id, attempt) VALUES ('deeds_seal', '1', 7, 1)""");
        incidents.clear();
    }

    @Test
    void whatWentWellIsNeitherLostNorDoubled() throws Exception {
        beWell();

        assertThat(verdict.lost()).isZero();
        assertThat(verdict.doubled()).isZero();
        assertThat(incidents).isEmpty();
    }

    @Test
    void aSubjectThatDidNotMoveIsLost() throws Exception {
        beWell();
        database.execute("INSERT INTO work.crates DEFAULT VALUES");

        assertThat(verdict.lost()).as("transition, effect and completed ticket").isEqualTo(3);
        assertThat(incidents).anyMatch(incident -> incident.contains("packed -> shipped"));
    }

    @Test
    void aStatusThatIsWrittenTwiceIsDoubled() throws Exception {
        beWell();
        database.execute("UPDATE work.deeds SET status = 'sealed'");

        assertThat(verdict.doubled()).isEqualTo(1);
        assertThat(incidents).anyMatch(incident -> incident.contains("sealed -> sealed"));
    }

    @Test
    void aScriptThatActsAfterItsTicketWasRescuedHasOutlivedItsLease() throws Exception {
        beWell();
        database.execute("""
                INSERT INTO turing.ticket_history (ticket_id, task_type_id, subject_type, subject_id, status, attempt,
                            fence, chain_id, chain_depth, runtime_id, claimed_at, recorded_at, error)
                SELECT n, 1, 'letters', '1', 'cancelled', 1, n, gen_random_uuid(), 0, 1, now(), now(),
                       CASE n WHEN 23 THEN 'the runtime is stopping' ELSE 'rescued: runtime 1 on host (pid 1) ended' END
                  FROM generate_series(21, 23) AS n""");
        database.execute("""
                INSERT INTO work.effects (task_type, subject_id, ticket_id, attempt, alive_at)
                SELECT 'letters_read', '1', ticket_id, 1,
                       recorded_at + CASE ticket_id WHEN 21 THEN interval '-1 ms' ELSE interval '1.5 s' END
                  FROM turing.ticket_history""");

        assertThat(verdict.outlived()).isOne();
        assertThat(incidents)
                .anyMatch(incident -> incident.contains("letters_read 1 ticket 22 acted 1.5")
                        && incident.contains("s after its rescue"));
        database.execute("DELETE FROM turing.ticket_history WHERE ticket_id BETWEEN 21 AND 23");
    }

    @Test
    void aSlotThatIsTakenBeforeItIsFreeAndASubjectThatRunsInTwoPlacesOverlap() throws Exception {
        beWell();
        database.execute("""
                INSERT INTO turing.runtimes (host, pid, boot_id, data_folder, lease_until)
                SELECT 'node-' || n, n, 'boot', 'folder', now() FROM generate_series(1, 2) AS n;
                INSERT INTO turing.ticket_history (ticket_id, task_type_id, subject_type, subject_id, status, attempt,
                            fence, chain_id, chain_depth, model, runtime_id, claimed_at, started_at, finished_at,
                            recorded_at)
                SELECT ticket, 2, 'letters', subject, 'completed', 1, ticket, gen_random_uuid(), 0, model,
                       (SELECT max(runtime_id) FROM turing.runtimes WHERE host = node), now(),
                       now() + since * interval '1 s', now() + till * interval '1 s', now()
                  FROM (VALUES (31, '1', 'judge', 'node-1', 0, 3), (32, '2', 'judge', 'node-2', 1, 2),
                               (33, '3', 'judge', 'node-1', 2, 4), (34, '4', NULL, 'node-1', 0, 9),
                               (35, '4', NULL, 'node-2', 8, 9), (36, '2', 'judge', 'node-2', 2, 3))
                       AS runs (ticket, subject, model, node, since, till)""");

        assertThat(verdict.overlapped()).isEqualTo(2);
        assertThat(incidents)
                .anyMatch(incident -> incident.contains("1 runs in a slot") && incident.contains("ticket 33"))
                .anyMatch(incident -> incident.contains("1 subjects that ran twice") && incident.contains("ticket 35"));
        database.execute("DELETE FROM turing.ticket_history WHERE ticket_id BETWEEN 31 AND 36");
    }

    @Test
    void anEffectUnderHoldThatHappensTwiceIsDoubled() throws Exception {
        beWell();
        database.execute("""
                INSERT INTO work.effects (task_type, subject_id, ticket_id, attempt) VALUES ('deeds_seal', '1', 8, 2);
                UPDATE work.tallies SET deeds = deeds + 1 WHERE tally_id = 1""");

        assertThat(verdict.doubled()).as("the effect and one of the tallies").isEqualTo(2);
        assertThat(verdict.reexecutions()).containsEntry("deeds_seal", 1L);
    }
}
