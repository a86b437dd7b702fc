package org.turing.runtime.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigRenderOptions;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.DatabaseSettings;

/** Event-sourced actors over a real PostgreSQL, in good weather and in bad. */
class JournalTest {

    /** More than there are connections, so that one that is not given back would be missed. */
    private static final int REFUSALS = DatabaseSettings.JOURNAL_CONNECTIONS + 1;

    @TempDir
    static Path folder;

    private static JournalServer server;
    private static Database database;

    @BeforeAll
    static void start() throws Exception {
        server = new JournalServer(folder);
        database = server.connect("turing");
    }

    @AfterAll
    static void stop() {
        if (database != null) {
            database.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private static long rows(String table, String notebook) throws SQLException {
        return server.number(
                "SELECT count(*) FROM turing." + table + " WHERE persistence_id = 'Notebook|" + notebook + "'");
    }

    @Test
    void whatAnActorHasDecidedIsKnownToItsNextIncarnation() {
        try (JournalSystem first = new JournalSystem(database)) {
            first.note(first.notebook("kept"), 1, 10);
        }
        try (JournalSystem second = new JournalSystem(database)) {
            ActorRef<Notebook.Command> notebook = second.notebook("kept");
            assertThat(second.read(notebook)).isEqualTo(JournalSystem.numbers(10));
            assertThat(second.note(notebook, 11)).isEqualTo(JournalSystem.numbers(11));
        }
    }

    @Test
    void eventsBehindASnapshotAreDeleted() throws Exception {
        int last = 10 * Notebook.SNAPSHOT_EVERY + 3;
        try (JournalSystem first = new JournalSystem(database)) {
            first.note(first.notebook("short"), 1, last);
            // The snapshot before the last one, the last event that is part of it, and what came since.
            Awaitility.await("the deletion").atMost(JournalSystem.PATIENCE).untilAsserted(() -> {
                assertThat(rows("journal_events", "short")).isLessThanOrEqualTo(Notebook.SNAPSHOT_EVERY + 4L);
                assertThat(rows("journal_snapshots", "short")).isLessThanOrEqualTo(2);
            });
        }
        try (JournalSystem second = new JournalSystem(database)) {
            assertThat(second.read(second.notebook("short"))).isEqualTo(JournalSystem.numbers(last));
        }
    }

    @Test
    void nothingIsLostAndNothingComesTwiceWhenSessionsEndAndTheServerIsAway() throws Exception {
        try (JournalSystem actors = new JournalSystem(database)) {
            ActorRef<Notebook.Command> notebook = actors.notebook("tried");
            for (int round = 0; round < 5; round++) {
                actors.note(notebook, 10 * round + 1, 10 * round + 10);
                assertThat(server.endSessions()).isPositive();
            }
            actors.note(notebook, 51, 60);
            int recoveries = actors.recoveries();

            server.stop();
            try {
                for (int attempt = 0; attempt < REFUSALS; attempt++) {
                    CompletableFuture<String> refused =
                            actors.asked(notebook, 61, JournalSystem.AGAIN).toCompletableFuture();
                    Awaitility.await("the refusal")
                            .atMost(JournalSystem.PATIENCE)
                            .until(refused::isCompletedExceptionally);
                }
            } finally {
                server.startAgain();
            }

            assertThat(actors.note(notebook, 61, 70)).isEqualTo(JournalSystem.numbers(70));
            assertThat(actors.recoveries())
                    .as("recoveries, one more after the failure")
                    .isGreaterThan(recoveries);
        }
        try (JournalSystem next = new JournalSystem(database)) {
            assertThat(next.read(next.notebook("tried"))).isEqualTo(JournalSystem.numbers(70));
        }
    }

    @Test
    void anyNumberOfActorsShareTheFewConnections() throws Exception {
        try (JournalSystem actors = new JournalSystem(database)) {
            List<ActorRef<Notebook.Command>> notebooks = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                notebooks.add(actors.notebook("one-of-many-" + i));
            }
            for (int number = 1; number <= 5; number++) {
                int next = number;
                List<CompletionStage<String>> answers = notebooks.stream()
                        .map(notebook -> actors.asked(notebook, next, JournalSystem.PATIENCE))
                        .toList();
                for (CompletionStage<String> answer : answers) {
                    assertThat(answer.toCompletableFuture().join()).isEqualTo(JournalSystem.numbers(number));
                }
            }
            assertThat(server.number("SELECT count(*) FROM pg_stat_activity"
                            + " WHERE application_name = 'turing-runtime journal'"))
                    .isBetween(1L, (long) DatabaseSettings.JOURNAL_CONNECTIONS);
        }
    }

    @Test
    void theJournalLivesInTheRuntimesSchemaWhateverItsName() throws Exception {
        try (Database theirs = server.connect("owls_runtime");
                JournalSystem actors = new JournalSystem(theirs)) {
            actors.note(actors.notebook("elsewhere"), 1, Notebook.SNAPSHOT_EVERY + 1);
            Awaitility.await("the snapshot")
                    .atMost(JournalSystem.PATIENCE)
                    .until(() -> server.number("SELECT count(*) FROM owls_runtime.journal_snapshots") == 1);
            assertThat(server.number("SELECT max(sequence_number) FROM owls_runtime.journal_events"))
                    .isEqualTo(Notebook.SNAPSHOT_EVERY + 1);
            assertThat(rows("journal_events", "elsewhere")).isZero();
        }
    }

    @Test
    void noSettingOfTheActorSystemSpellsOutThePassword() {
        try (JournalSystem actors = new JournalSystem(database)) {
            actors.note(actors.notebook("discreet"), 1);
            assertThat(actors.system().settings().config().root().render(ConfigRenderOptions.concise()))
                    .doesNotContain(server.password());
        }
    }
}
