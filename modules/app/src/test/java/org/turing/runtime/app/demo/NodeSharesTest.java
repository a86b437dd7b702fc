package org.turing.runtime.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class NodeSharesTest {

    @RegisterExtension
    static final OwlDatabase DATABASE = new OwlDatabase();

    private static final List<String> NODES = List.of("node-1", "node-2");

    /** Seconds after noon: started, finished. */
    private static final String TICKET = """
            INSERT INTO turing.ticket_history (ticket_id, task_type_id, subject_type, subject_id, status, attempt, fence,
                chain_id, chain_depth, runtime_id, host, claimed_at, started_at, finished_at, recorded_at)
            SELECT nextval('turing.ticket_ids'), task_type_id, 'owl', '%s', '%s', 1, 1, gen_random_uuid(), 0, %s, '%s',
                   noon, noon + %s * second, noon + %s * second, noon + %s * second
              FROM turing.task_types, (SELECT timestamptz '2026-01-01 12:00', interval '1 second') AS t (noon, second)
             WHERE task_type_name = '%s'
            RETURNING ticket_id
            """;

    @BeforeAll
    static void installed() throws SQLException, IOException {
        try (Connection connection = DATABASE.connect()) {
            new OwlExample(OwlData.read().first(10), OwlDatabase.SCHEMA).install(connection);
        }
    }

    @BeforeEach
    void fourTerms() throws SQLException {
        execute("TRUNCATE turing.ticket_history, turing.claims, turing.memory");
        execute("TRUNCATE public.owl");
        execute("INSERT INTO public.owl (owl_id, raw_name, gloss, status) VALUES (9000001, 'one', '', 'classified'),"
                + " (9000002, 'two', '', 'classified'), (9000003, 'three', '', 'classified'),"
                + " (9000004, 'four', '', 'merged')");
    }

    @Test
    void everyNodeIsShownWhatItCompleted() throws SQLException {
        ticket(9000001, "completed", 1, "node-1", 0, 2, "clara_a");
        ticket(9000002, "completed", 1, "node-1", 1, 3, "clara_a");
        ticket(9000003, "failed", 2, "node-2", 0, 1, "clara_a");
        ticket(9000003, "completed", 2, "node-2", 2, 4, "clara_a");
        ticket(17, "completed", 2, "node-2", 0, 9, "clara_a");

        NodeShares shares = shares();

        assertThat(shares.taskTypes())
                .contains(new NodeShares.TaskTypeShare(
                        "clara_a", "mistral-nemo:12b", Map.of("node-1", 2L, "node-2", 1L)));
        assertThat(shares.taskTypes())
                .extracting(NodeShares.TaskTypeShare::taskType)
                .containsExactlyElementsOf(OwlExample.taskTypes());
        assertThat(shares.models())
                .containsExactly(
                        new NodeShares.ModelShare("mistral-nemo:12b", 1, Map.of("node-1", 3.0, "node-2", 3.0)));
        assertThat(shares.toText())
                .contains("clara_a          2       1")
                .contains("lucy             0       0")
                .contains("mistral-nemo:12b (1 slot)     3.0     3.0");
    }

    @Test
    void oneModelOnTwoNodesHasSlotsOnEach() throws SQLException {
        ticket(9000001, "completed", 1, "node-1", 0, 2, "alma");
        ticket(9000002, "completed", 2, "node-2", 1, 3, "clara_a");
        ticket(9000003, "completed", 2, "node-2", 2, 2.5, "alma");
        try (Connection connection = DATABASE.connect()) {
            assertThat(OwlReport.read(connection, OwlDatabase.SCHEMA).overlap().sameModelSeconds())
                    .as("only the half second on node-2")
                    .isEqualTo(0.5);
        }
    }

    @Test
    void whatAKilledNodeHeldIsFollowedToItsEnd() throws SQLException {
        execute("INSERT INTO turing.runtimes (host, pid, boot_id, data_folder, lease_until)"
                + " VALUES ('node-9', 1, '', '', now() + interval '1 hour')");
        execute(
                "INSERT INTO turing.claims (task_type_id, subject_type, subject_id, fence, attempt, chain_id, chain_depth,"
                        + " runtime_id, claimed_at)"
                        + " SELECT 9364, 'owl', id, 1, 1, gen_random_uuid(), 0, max(runtime_id), now()"
                        + " FROM turing.runtimes, unnest(ARRAY['9000001', '9000002']) AS t (id) GROUP BY id");
        try (Connection connection = DATABASE.connect()) {
            Casualty.Held held = Casualty.held(connection, OwlDatabase.SCHEMA, "node-9", 1.5);
            assertThat(held.tickets()).hasSize(2);
            assertThat(Casualty.held(connection, OwlDatabase.SCHEMA, "node-1", 1.5))
                    .isNull();
            execute("INSERT INTO turing.ticket_history (ticket_id, task_type_id, subject_type, subject_id, status,"
                    + " attempt, fence, chain_id, chain_depth, runtime_id, host, claimed_at, recorded_at)"
                    + " SELECT ticket_id, task_type_id, subject_type, subject_id, 'cancelled', 1, 1, chain_id, 0,"
                    + " runtime_id, 'node-9', claimed_at, now() FROM turing.claims WHERE subject_id = '9000001'");
            assertThat(Casualty.read(connection, OwlDatabase.SCHEMA, held).rescued())
                    .as("one that was cancelled, one that was given back")
                    .isEqualTo(2);
            execute("INSERT INTO turing.ticket_history (ticket_id, task_type_id, subject_type, subject_id, status,"
                    + " attempt, fence, chain_id, chain_depth, runtime_id, host, claimed_at, recorded_at)"
                    + " SELECT ticket_id, task_type_id, subject_type, subject_id, 'failed', 1, 1, chain_id, 0,"
                    + " runtime_id, 'node-9', claimed_at, now() FROM turing.claims WHERE subject_id = '9000002'");
            ticket(9000001, "completed", 1, "node-1", 0, 1, "clara_a");
            ticket(9000002, "completed", held.runtimeId() + 1, "node-9", 0, 1, "clara_a");

            Casualty seen = Casualty.read(connection, OwlDatabase.SCHEMA, held);
            assertThat(seen).isEqualTo(new Casualty("node-9", 1.5, 2, 1, 0, 0, 1));
            assertThat(seen.survived()).isTrue();

            ticket(9000002, "completed", 1, "node-1", 3, 4, "clara_a");
            execute("UPDATE public.owl SET status = 'pending' WHERE owl_id = 9000004");
            Casualty bad = Casualty.read(connection, OwlDatabase.SCHEMA, held);
            assertThat(bad.twice()).isEqualTo(1);
            assertThat(bad.lost()).isEqualTo(1);
            assertThat(bad.survived()).isFalse();
        }
    }

    @Test
    void itIsFinishedOnceEveryTermIsAtItsEndAndNoClaimStands() throws SQLException {
        assertThat(progress().finished()).isTrue();
        execute(
                "INSERT INTO turing.claims (task_type_id, subject_type, subject_id, fence, attempt, chain_id, chain_depth,"
                        + " runtime_id, claimed_at) VALUES (9398, 'owl', '9000001', 1, 1, gen_random_uuid(), 0, 1, now())");
        assertThat(progress()).isEqualTo(new OwlProgress(4, 4, 0, 1, 0));
        assertThat(progress().finished()).isFalse();
        execute("TRUNCATE turing.claims");
        execute("UPDATE public.owl SET status = 'resolved' WHERE owl_id = 9000001");
        assertThat(progress().finished()).isFalse();
    }

    @Test
    void fewerTermsAreTheFirstOnesAndRepeatOnlyOnesThatAreThere() {
        OwlData all = OwlData.read();
        OwlData few = all.first(700);
        assertThat(few.terms()).isEqualTo(all.terms().subList(0, 700));
        assertThat(few.terms())
                .filteredOn(term -> term.original() != null)
                .isNotEmpty()
                .allSatisfy(term -> assertThat(term.original()).isLessThan(700));
    }

    private static OwlProgress progress() throws SQLException {
        try (Connection connection = DATABASE.connect()) {
            return OwlProgress.read(connection, OwlDatabase.SCHEMA);
        }
    }

    private static NodeShares shares() throws SQLException {
        try (Connection connection = DATABASE.connect()) {
            return NodeShares.read(connection, OwlDatabase.SCHEMA, NODES);
        }
    }

    private static void ticket(
            long owlId, String status, long runtime, String host, double started, double finished, String taskType)
            throws SQLException {
        execute(String.format(
                Locale.ROOT, TICKET, owlId, status, runtime, host, started, finished, finished, taskType));
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = DATABASE.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
