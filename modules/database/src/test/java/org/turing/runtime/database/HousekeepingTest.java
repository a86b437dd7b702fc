package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.TicketLedger.Survey;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HousekeepingTest {

    private TestDatabase test;
    private LocalDate today = LocalDate.EPOCH;

    @BeforeAll
    void migrate() throws Exception {
        test = new TestDatabase();
        test.sql("SELECT setval('turing.ticket_ids', 1000)"); // tickets of runs, not those made by hand
        today = test.clock.now().atZone(ZoneOffset.UTC).toLocalDate();
    }

    @AfterAll
    void close() {
        test.close();
    }

    private static String partition(LocalDate day) {
        return "ticket_history_" + day.format(DateTimeFormatter.BASIC_ISO_DATE);
    }

    private void ticket(long id, LocalDate day) throws Exception {
        test.sql("""
                INSERT INTO turing.ticket_history (ticket_id, task_type_id, subject_type, subject_id, status, attempt,
                            fence, chain_id, chain_depth, runtime_id, claimed_at, recorded_at)
                VALUES (%1$d, 1, 'owl', '%1$d', 'completed', 1, %1$d, gen_random_uuid(), 0, 1, now(), '%2$s 12:00+00')""".formatted(id, day));
    }

    private String partitionOf(long ticket) throws Exception {
        return String.valueOf(test.value("SELECT c.relname FROM turing.ticket_history h JOIN pg_class c "
                + "ON c.oid = h.tableoid WHERE ticket_id = " + ticket));
    }

    @Test
    void historyGoesToItsDayAndIsDroppedWhenTheRetentionIsOver() throws Exception {
        ticket(1, today);
        assertThat(partitionOf(1)).isEqualTo(partition(today));
        // Nobody kept house for a while: these fell into the default partition.
        ticket(2, today.minusDays(3));
        ticket(3, today.minusDays(40));
        ticket(4, today.plusDays(9));
        assertThat(partitionOf(2)).isEqualTo("ticket_history_default");
        test.runtime.ledger.housekeep();
        test.runtime.ledger.housekeep();
        assertThat(partitionOf(2)).isEqualTo(partition(today.minusDays(3)));
        assertThat(partitionOf(4)).isEqualTo(partition(today.plusDays(9)));
        assertThat(test.value("SELECT count(*) FROM turing.ticket_history WHERE ticket_id = 3"))
                .isEqualTo("0");
        new HistoryPartitions(test.database, Duration.ofDays(2)).housekeep();
        assertThat(test.values("SELECT ticket_id FROM turing.ticket_history WHERE ticket_id < 5 ORDER BY 1"))
                .containsExactly("1", "4");
        assertThat(test.value("SELECT to_regclass('turing." + partition(today.minusDays(3)) + "')"))
                .isNull();
        assertThat(test.value("SELECT to_regclass('turing." + partition(today.plusDays(2)) + "')"))
                .isNotNull();
    }

    @Test
    void aMigrationMakesRoomAndDropsNothing() throws Exception {
        ticket(5, today.minusDays(60));
        test.database.migrate();
        assertThat(partitionOf(5)).isEqualTo(partition(today.minusDays(60)));
    }

    @Test
    void aSurveyCountsWhatTheLedgerHoldsOfAllTaskTypes() throws Exception {
        test.sql("TRUNCATE turing.claims, turing.memory");
        test.sql("""
                INSERT INTO turing.memory (task_type_id, subject_id, subject_type, state, not_before, outcome_xid,
                                           ticket_id, chain_id, chain_depth, visiting_since)
                SELECT 1 + n % 2, n, 'owl', s.state, CASE s.state WHEN 'backing_off' THEN now() END, '1', n,
                       gen_random_uuid(), 0, now()
                  FROM unnest(ARRAY['left', 'finished', 'once', 'backing_off', 'stayed', 'skipped', 'set_aside',
                                    'dead']) WITH ORDINALITY AS s (state, often)
                 CROSS JOIN LATERAL (SELECT CAST(10 * s.often + m AS integer) AS n
                                       FROM generate_series(1, s.often) AS m) n""");
        test.sql("""
                INSERT INTO turing.claims (task_type_id, subject_type, subject_id, fence, attempt, chain_id, chain_depth,
                                           runtime_id, claimed_at)
                SELECT 1, 'owl', n, 1, 1, gen_random_uuid(), 0, n, now() FROM generate_series(1, 3) AS n""");
        assertThat(test.runtime.ledger.survey()).isEqualTo(new Survey(3, 4, 2, 5, 7, 8, true));
        Survey bounded = LedgerSurvey.of(test.database, 10);
        assertThat(bounded.complete()).isFalse();
        assertThat(bounded.unsettled() + bounded.stayed() + bounded.setAside() + bounded.dead())
                .isLessThanOrEqualTo(10);
        assertThat(LedgerSurvey.of(test.database, 4).backingOff()).isEqualTo(4);
    }

    @Test
    void endedRuntimesAreForgottenOnceNoTicketCanNameThem() throws Exception {
        TestDatabase.TestRuntime old = test.new TestRuntime("old");
        old.lease.end();
        test.sql("UPDATE turing.runtimes SET ended_at = now() - interval '31 days' WHERE runtime_id = "
                + old.lease.runtimeId());
        test.runtime.ledger.housekeep();
        assertThat(test.values("SELECT runtime_id FROM turing.runtimes"))
                .contains(Long.toString(test.runtime.lease.runtimeId()))
                .doesNotContain(Long.toString(old.lease.runtimeId()));
    }

    @Test
    void manyOutcomesAreOneTransactionThatAppendsToTheHistory() throws Exception {
        int subjects = 500;
        test.owls(subjects, "pending");
        TaskType taskType = test.registerDeclared("batches", "pending", "done");
        List<Claim> claims = test.runtime.claim(taskType, subjects);
        assertThat(test.value(
                        "SELECT count(*) || ' in ' || count(DISTINCT CAST(xmin AS text)) FROM turing.claims WHERE task_type_id = "
                                + taskType.id()))
                .isEqualTo("500 in 1");
        test.runtime.record(taskType, claims, TestDatabase.success());
        String written = "SELECT count(*) || ' in ' || count(DISTINCT CAST(xmin AS text)) FROM turing.";
        assertThat(test.value(written + "ticket_history WHERE task_type_id = " + taskType.id()))
                .isEqualTo("500 in 1");
        assertThat(test.value(written + "memory WHERE task_type_id = " + taskType.id()))
                .isEqualTo("500 in 1");
        assertThat(test.value(written.replace("turing.", "owl WHERE status = 'done'")))
                .isEqualTo("500 in 1");
    }

    @Test
    void noTriggerOfOursRunsForEachRow() throws Exception {
        test.owls(1, "pending");
        new TableWatch(test.database).watch("owl");
        String triggers = "SELECT count(*) FROM pg_trigger t WHERE NOT tgisinternal AND tgtype %s 1 = %s";
        assertThat(test.value(triggers.formatted("&", "0")))
                .as("for each statement")
                .isNotEqualTo("0");
        assertThat(test.value(triggers.formatted("&", "1"))).as("for each row").isEqualTo("0");
    }

    /** What is deleted and updated is small tables; what autovacuum leaves of them does not grow with what was done. */
    @Test
    void theLedgersLiveTablesDoNotGrowWithWhatWasDone() throws Exception {
        test.owls(200, "pending");
        TaskType taskType = test.registerDeclared("rounds", "pending", "done");
        long after = 0;
        for (int round = 0; round < 30; round++) {
            test.runtime.record(taskType, test.runtime.claim(taskType, 200), TestDatabase.success());
            test.sql("UPDATE owl SET status = 'pending'");
            new Retry(test.database)
                    .revive(new Retry.Filter(null, taskType.id(), null, Set.copyOf(Retry.STATES), null, null));
            test.sql("UPDATE turing.memory SET new_chain = true");
            test.sql("VACUUM turing.claims, turing.memory");
            if (round == 4) {
                after = pages();
            }
        }
        assertThat(test.value("SELECT count(*) FROM turing.ticket_history WHERE task_type_id = " + taskType.id()
                        + " AND status = 'completed'"))
                .isEqualTo("6000");
        assertThat(pages())
                .as("bytes of claims and memory after 30 rounds, against 5")
                .isLessThanOrEqualTo(2 * after);
    }

    private long pages() throws Exception {
        return Long.parseLong(
                test.value("SELECT pg_total_relation_size('turing.claims') + pg_total_relation_size('turing.memory')"));
    }
}
