package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.pace.RunTimeout.Times;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunTimesTest {

    private TestDatabase test;

    @BeforeAll
    void migrate() throws Exception {
        test = new TestDatabase();
        test.owls(4, "pending");
    }

    @AfterAll
    void close() {
        test.close();
    }

    @Test
    void nothingIsKnownOfATaskTypeThatHasNotRun() {
        assertThat(test.runtime.ledger.runTimes(4711)).isEqualTo(Times.NONE);
    }

    @Test
    void thePercentileIsThatOfTheLastSevenDays() throws Exception {
        history(1, 200, "make_interval(secs => n)", "1 hour", "completed", false);
        history(1, 50, "interval '1 hour'", "8 days", "completed", false);
        history(1, 50, "interval '1 hour'", "1 hour", "failed", false);
        assertThat(times(1).runs()).isEqualTo(200);
        assertThat(times(1).p99()).isEqualTo(Duration.ofSeconds(198));
    }

    @Test
    void runsThatTimedOutSayNothingOfWhatIsUsualButHowLongTheyTookAtLeast() throws Exception {
        history(2, 300, "interval '2 seconds'", "1 hour", "completed", false);
        history(2, 100, "interval '60.5 seconds'", "1 hour", "dead", true);
        assertThat(times(2)).isEqualTo(new Times(300, Duration.ofSeconds(2), Duration.ofMillis(60_500)));
        history(3, 1, "interval '60 seconds'", "1 hour", "failed", true);
        assertThat(times(3)).isEqualTo(new Times(0, null, Duration.ofSeconds(60)));
    }

    @Test
    void theLongestIsThatOfTheLatestHundredRuns() throws Exception {
        history(4, 5, "interval '60 seconds'", "2 hours", "failed", true);
        history(4, 95, "interval '2 seconds'", "1 hour", "completed", false);
        assertThat(times(4).longest()).isEqualTo(Duration.ofSeconds(60));
        history(4, 5, "interval '3 seconds'", "1 minute", "skipped", false);
        assertThat(times(4).longest()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void aTimeoutIsRecordedAsSuch() throws Exception {
        TaskType taskType = test.registerDeclared("slow", "pending", "passed");
        test.runtime.run(taskType, new Outcome.TimedOut("timed out after 1.0 s"));
        assertThat(test.values("SELECT status || ' ' || timed_out || ' ' || error FROM turing.tickets "
                        + "WHERE task_type_id = " + taskType.id()))
                .containsExactly("failed true timed out after 1.0 s");
    }

    private Times times(int taskType) {
        return test.runtime.ledger.runTimes(taskType);
    }

    private void history(int taskType, int runs, String took, String ago, String status, boolean timedOut)
            throws Exception {
        test.sql("""
                INSERT INTO turing.ticket_history (ticket_id, task_type_id, subject_type, subject_id, status, attempt, fence,
                       chain_id, chain_depth, runtime_id, claimed_at, started_at, finished_at, recorded_at, timed_out)
                SELECT nextval('turing.ticket_ids'), %d, 'owl', n, '%s', 1, 1, gen_random_uuid(), 0, 1, t, t, t + %s, t, %s
                  FROM generate_series(1, %d) AS n, (SELECT now() - interval '%s') AS times (t)
                """.formatted(taskType, status, took, timedOut, runs, ago));
    }
}
