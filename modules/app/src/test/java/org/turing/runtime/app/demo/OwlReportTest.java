package org.turing.runtime.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OwlReportTest {

    @RegisterExtension
    static final OwlDatabase DATABASE = new OwlDatabase();

    /**
     * Five terms: 1 and 2 agreed on, 3 arbitrated, 4 merged, 5 left behind. Of clara_a's categories those of 1 and 3
     * are right, of clara_b's and of those committed that of 1; the arbitrator is wrong about 3.
     */
    private static final String TERMS = """
            TRUNCATE public.owl, public.owl_truth, public.owl_entities, public.owl_proposals;
            INSERT INTO public.owl (owl_id, raw_name, gloss, status) VALUES
                (9000001, 'one', '', 'classified'), (9000002, 'two', '', 'classified'),
                (9000003, 'three', '', 'classified'), (9000004, 'four', '', 'merged'), (9000005, 'five', '', 'pending');
            INSERT INTO public.owl_truth VALUES
                (9000001, 'noun.act', null), (9000002, 'noun.animal', null), (9000003, 'noun.body', null),
                (9000004, 'noun.act', 9000001), (9000005, 'noun.act', 9000001);
            INSERT INTO public.owl_proposals (owl_id, actor, category, confidence) VALUES
                (9000001, 'clara_a', 'noun.act', 0.9), (9000001, 'clara_b', 'noun.act', 0.2),
                (9000002, 'clara_a', 'noun.event', 0.3), (9000002, 'clara_b', 'noun.food', 0.9),
                (9000003, 'clara_a', 'noun.body', 0.5), (9000003, 'clara_b', 'noun.food', 0.5),
                (9000003, 'arbitrator', 'noun.time', null);
            INSERT INTO public.owl_entities VALUES
                (9000001, 'one', 'noun.act'), (9000002, 'two', 'noun.food'), (9000003, 'three', 'noun.time');
            """;

    /** Seconds after noon: claimed, started, finished, recorded. */
    private static final String TICKET = """
            INSERT INTO turing.ticket_history (ticket_id, task_type_id, subject_type, subject_id, status, attempt, fence,
                chain_id, chain_depth, runtime_id, claimed_at, started_at, finished_at, recorded_at)
            SELECT nextval('turing.ticket_ids'), task_type_id, 'owl', '%s', '%s', 1, 1, gen_random_uuid(), 0, 1,
                   noon + %s * second, noon + %s * second, noon + %s * second, noon + %s * second
              FROM turing.task_types, (SELECT timestamptz '2026-01-01 12:00', interval '1 second') AS t (noon, second)
             WHERE task_type_name = '%s'
            """;

    @BeforeAll
    static void installed() throws SQLException, IOException {
        try (Connection connection = DATABASE.connect()) {
            new OwlExample(OwlData.read(), OwlDatabase.SCHEMA).install(connection);
        }
    }

    @BeforeEach
    void fiveTerms() throws SQLException {
        try (Connection connection = DATABASE.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE turing.ticket_history");
            statement.execute(TERMS);
        }
    }

    @Test
    void termsAreCountedByWhereTheyEnded() throws SQLException {
        OwlReport report = report();
        assertThat(report.subjects()).isEqualTo(5);
        assertThat(report.completed()).isEqualTo(4);
        assertThat(report.merged()).isEqualTo(1);
        assertThat(report.classified()).isEqualTo(3);
        assertThat(report.failed()).isEqualTo(1);
        assertThat(report.merges()).isEqualTo(new OwlReport.Merges(2, 1, 0));
    }

    @Test
    void accuracyIsTheShareThatTheTruthConfirms() throws SQLException {
        OwlReport.Accuracy accuracy = report().accuracy();
        assertThat(accuracy.claraA()).isEqualTo(0.667);
        assertThat(accuracy.claraB()).isEqualTo(0.333);
        assertThat(accuracy.arbitrator()).isZero();
        assertThat(accuracy.claraAWhereArbitrated()).isEqualTo(1);
        assertThat(accuracy.committed()).isEqualTo(0.333);
    }

    @Test
    void proposalsAreAlikeGiveWayOrDisagree() throws SQLException {
        assertThat(report().proposals()).isEqualTo(new OwlReport.Proposals(1, 1, 1));
    }

    @Test
    void overlapIsTheTimeInWhichScriptsOfBothRan() throws SQLException {
        ticket("clara_a", 9000001, "completed", 0, 1, 3, 3);
        ticket("clara_a", 9000002, "completed", 0, 3, 5, 6);
        ticket("clara_b", 9000001, "completed", 2, 2, 4, 4.5);
        ticket("clara_b", 9000002, "completed", 2, 5, 9, 10);
        OwlReport report = report();
        assertThat(report.overlap().claraAAndClaraBSeconds()).isEqualTo(2);
        assertThat(report.overlap().sameModelSeconds()).isZero();
        assertThat(report.makespanSeconds()).isEqualTo(10);
    }

    @Test
    void twoTaskTypesOfOneModelThatRanTogetherAreSeen() throws SQLException {
        ticket("alma", 9000001, "completed", 0, 0, 2, 2);
        ticket("clara_a", 9000002, "completed", 1, 1.5, 4, 4);
        assertThat(report().overlap().sameModelSeconds()).isEqualTo(0.5);
    }

    @Test
    void ticketsOfTermsOfAnEarlierRunDoNotCount() throws SQLException {
        ticket("lucy", 17, "completed", -500, -500, -400, -400);
        ticket("lucy", 9000001, "completed", 0, 1, 2, 4);
        OwlReport report = report();
        assertThat(report.makespanSeconds()).isEqualTo(4);
        assertThat(report.taskTypes()).singleElement().satisfies(lucy -> {
            assertThat(lucy.completed()).isEqualTo(1);
            assertThat(lucy.fromSeconds()).isZero();
            assertThat(lucy.toSeconds()).isEqualTo(4);
            assertThat(lucy.runningSeconds()).isEqualTo(1);
            assertThat(lucy.medianMillis()).isEqualTo(1000);
        });
    }

    @Test
    void failedAttemptsAreCountedAtTheirTaskType() throws SQLException {
        ticket("carl", 9000001, "failed", 0, 0, 1, 1);
        ticket("carl", 9000001, "completed", 2, 2, 3, 3);
        ticket("carl", 9000002, "dead", 2, 2, 3, 3);
        assertThat(report().taskTypes()).singleElement().satisfies(carl -> {
            assertThat(carl.failed()).isEqualTo(2);
            assertThat(carl.completed()).isEqualTo(1);
        });
    }

    @Test
    void sequentialSecondsLeaveOutThePausesBetweenStages() throws SQLException {
        ticket("lucy", 9000001, "completed", 0, 0, 2, 2);
        ticket("alma", 9000001, "completed", 10, 10, 13, 13);
        assertThat(Demo.sequentialSeconds(report())).isCloseTo(5, within(0.001));
    }

    @Test
    void theJsonHasTheKeysThatAreReliedOn() throws SQLException, IOException {
        ticket("clara_a", 9000001, "completed", 0, 1, 3, 3);
        OwlReport report = report().withSequentialSeconds(7.5);
        JsonNode json = new ObjectMapper().readTree(report.toJson());
        assertThat(json.fieldNames())
                .toIterable()
                .contains(
                        "pipeline",
                        "subjects",
                        "completed",
                        "merged",
                        "classified",
                        "failed",
                        "makespan_seconds",
                        "sequential_seconds",
                        "accuracy");
        assertThat(json.get("pipeline").asText()).isEqualTo("owl");
        assertThat(json.get("sequential_seconds").asDouble()).isEqualTo(7.5);
        assertThat(json.get("accuracy").get("clara_a").asDouble()).isEqualTo(0.667);
        assertThat(json.get("accuracy").get("committed").asDouble()).isEqualTo(0.333);
        assertThat(json.get("accuracy").has("clara_a_where_arbitrated")).isTrue();
        assertThat(json.get("overlap").has("clara_a_and_clara_b_seconds")).isTrue();
        assertThat(json.get("task_types").get(0).get("task_type").asText()).isEqualTo("clara_a");
    }

    @Test
    void theTextAlignsItsColumnsAndFitsATerminal() throws SQLException {
        ticket("lucy", 9000001, "completed", 0, 0, 2, 2);
        ticket("clara_a", 9000001, "completed", 2, 2, 3, 3);
        String text = report().withSequentialSeconds(6).toText();
        int end = line(text, "task type").length();
        assertThat(line(text, "lucy")).hasSize(end);
        assertThat(line(text, "clara_a    thick  mistral-nemo:12b")).hasSize(end);
        assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(text).contains("Makespan 3.0 s").contains("6.0 s, 2.00 times as long");
    }

    private static String line(String text, String start) {
        return text.lines()
                .filter(line -> line.strip().startsWith(start))
                .findFirst()
                .orElse("");
    }

    private static void ticket(
            String taskType,
            long owlId,
            String status,
            double claimed,
            double started,
            double finished,
            double recorded)
            throws SQLException {
        try (Connection connection = DATABASE.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    String.format(Locale.ROOT, TICKET, owlId, status, claimed, started, finished, recorded, taskType));
        }
    }

    private static OwlReport report() throws SQLException {
        try (Connection connection = DATABASE.connect()) {
            return OwlReport.read(connection, OwlDatabase.SCHEMA);
        }
    }
}
