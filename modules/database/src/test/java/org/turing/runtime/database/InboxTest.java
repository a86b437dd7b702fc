package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.turing.runtime.database.TestDatabase.ids;
import static org.turing.runtime.database.TestDatabase.success;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.Relation;
import org.turing.runtime.domain.Subject;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.InboxFault;
import org.turing.runtime.ports.InboxShape;
import org.turing.runtime.ports.Inboxes.Found;
import org.turing.runtime.ports.Inboxes.Look;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InboxTest {

    private TestDatabase test;
    private int next;

    @BeforeAll
    void migrate() throws Exception {
        test = new TestDatabase();
    }

    @AfterAll
    void close() {
        test.close();
    }

    private TaskType query(String query) throws Exception {
        return test.registerQuery("query_" + ++next, query);
    }

    private void remember(TaskType taskType, String state, int from, int to) throws Exception {
        test.sql("""
                INSERT INTO turing.memory (task_type_id, subject_id, subject_type, state, outcome_xid, ticket_id,
                                           chain_id, chain_depth, visiting_since)
                SELECT %d, n::text, 'owl', '%s', pg_current_xact_id(), n, gen_random_uuid(), 0, now()
                  FROM generate_series(%d, %d) n""".formatted(taskType.id(), state, from, to));
        test.sql("ANALYZE turing.memory");
    }

    @Test
    void theInboxIsWhatTheQueryReturnsInItsOrder() throws Exception {
        test.owls(5, "pending");
        TaskType taskType = query("SELECT owl_id, name FROM owl WHERE status = 'pending' ORDER BY owl_id DESC");
        Found found = test.look(taskType, 3);
        assertThat(ids(found.candidates())).containsExactly("5", "4", "3");
        assertThat(found.more()).isTrue();
        assertThat(found.candidates().get(0).fields()).isEqualTo("{\"owl_id\":5,\"name\":\"owl 5\"}");
        Found all = test.look(taskType, 5);
        assertThat(ids(all.candidates())).hasSize(5);
        assertThat(test.look(taskType, 100).more()).isFalse();
        assertThat(test.inboxes.count(taskType, test.shape(taskType), 4)).isEqualTo(4);
        assertThat(test.inboxes.count(taskType, test.shape(taskType), 100)).isEqualTo(5);
    }

    @Test
    void aNamedSubjectHasItsInboxRowWhateverIsRememberedOfIt() throws Exception {
        test.owls(2, "pending");
        TaskType taskType = query("SELECT owl_id, name FROM owl WHERE status = 'pending' LIMIT :batch_size");
        remember(taskType, "dead", 2, 2);
        assertThat(test.inboxes.named(taskType, test.shape(taskType), "2"))
                .isEqualTo(new Candidate(new Subject("owl", "2"), "{\"owl_id\":2,\"name\":\"owl 2\"}"));
        assertThat(test.inboxes.named(taskType, test.shape(taskType), "99"))
                .isEqualTo(new Candidate(new Subject("owl", "99"), "{}"));
        assertThat(test.inboxes.named(taskType, test.shape(taskType), "no number"))
                .isEqualTo(new Candidate(new Subject("owl", "no number"), "{}"));
    }

    @Test
    void aNamedSubjectOfADeclaredInboxHasItsRowInAnyStatus() throws Exception {
        test.owls(1, "done");
        TaskType taskType = test.registerDeclared("declared_" + ++next, "pending", "done");
        Candidate named = test.inboxes.named(taskType, test.shape(taskType), "1");
        assertThat(named.subject()).isEqualTo(new Subject("owl", "1"));
        assertThat(named.fields()).contains("\"name\":\"owl 1\"", "\"status\":\"done\"");
    }

    @Test
    void anEmptyInboxIsNoFault() throws Exception {
        test.owls(1, "done");
        TaskType taskType = query("SELECT owl_id FROM owl WHERE status = 'pending'");
        Found found = test.look(taskType, 3);
        assertThat(found.candidates()).isEmpty();
        assertThat(found.more()).isFalse();
        assertThat(found.limitHides()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            SELECT owl_id FROM owl ORDER BY 1 -- as they come   | 1,2
            SELECT owl_id FROM owl ORDER BY 1;                  | 1,2
            SELECT owl_id FROM owl ORDER BY 1; -- the end       | 1,2
            SELECT owl_id FROM owl ORDER BY 1 ; /* ; */ ;       | 1,2
            VALUES (7), (8)                                     | 7,8
            TABLE owl ORDER BY 1                                | 1,2
            WITH o AS (SELECT * FROM owl) SELECT * FROM o ORDER BY 1 | 1,2
            SELECT owl_id FROM owl WHERE '{"a": 1}'::jsonb ? 'a' ORDER BY 1 | 1,2
            SELECT owl_id FROM owl WHERE name <> ':batch_size; 100%s' ORDER BY owl_id::text LIMIT :batch_size | 1,2
            SELECT name, owl_id AS subject_id FROM owl ORDER BY 2 | 1,2
            (SELECT owl_id FROM owl WHERE owl_id = 2) UNION ALL (SELECT 3) | 2,3
            SELECT $$;$$, owl_id AS subject_id FROM owl ORDER BY 2 | 1,2
            """)
    void queriesOfManyShapesServe(String query, String expected) throws Exception {
        test.owls(2, "pending");
        TaskType taskType = query(query);
        assertThat(test.found(taskType, 10)).containsExactly(expected.split(","));
    }

    @Test
    void looksThatAreMadeTogetherTellOfEachEmptyInboxWhatALookOfItsOwnTells() throws Exception {
        test.owls(6, "pending");
        List<TaskType> empty = new ArrayList<>();
        empty.add(query("SELECT owl_id FROM owl WHERE status = 'no such status'"));
        empty.add(query("SELECT owl_id FROM owl WHERE set_config('search_path', 'pg_catalog', false) = ''"));
        empty.add(query("SELECT owl_id FROM owl WHERE status = 'no such status' LIMIT :batch_size"));
        TaskType limited = query("SELECT owl_id FROM owl ORDER BY owl_id LIMIT 2");
        remember(limited, "finished", 1, 2);
        TaskType passing = query("SELECT owl_id FROM owl ORDER BY owl_id");
        remember(passing, "finished", 1, 6);
        TaskType odd = query("SELECT NULLIF(owl_id, 4) FROM owl ORDER BY owl_id");
        remember(odd, "set_aside", 1, 6);
        empty.addAll(List.of(limited, passing, odd));
        List<TaskType> others = List.of(
                query("SELECT owl_id FROM owl ORDER BY owl_id"),
                query("SELECT owl_id / 0 FROM owl"),
                query("SELECT nextval('owl_numbers') FROM owl"),
                query("SELECT NULL::int FROM owl"));
        test.sql("CREATE SEQUENCE owl_numbers");
        List<Look> looks = new ArrayList<>();
        for (TaskType taskType : concat(empty, others)) {
            looks.add(new Look(taskType, test.shape(taskType), Set.of()));
        }

        assertThat(test.inboxes.emptyAmong(looks).keySet())
                .as("of those that are not known to have rows")
                .containsExactlyInAnyOrderElementsOf(
                        empty.subList(0, 3).stream().map(TaskType::id).toList());
        for (TaskType taskType : empty) {
            test.look(taskType, 3);
        }

        Map<Long, Found> found = test.inboxes.emptyAmong(looks);

        assertThat(found.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        empty.stream().map(TaskType::id).toList());
        for (TaskType taskType : empty) {
            assertThat(found.get(taskType.id()))
                    .usingRecursiveComparison()
                    .ignoringFields("snapshot")
                    .isEqualTo(test.look(taskType, 3));
        }
        assertThat(found.get(limited.id()).limitHides()).isTrue();
        assertThat(found.get(odd.id()).unusable()).isEqualTo(1);
    }

    private static <T> List<T> concat(List<T> some, List<T> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            SELECT nextval('owl_ids')                    | read-only transaction
            SELECT owl_id / 0 FROM owl                   | division by zero
            SELECT NULL::int FROM owl                    | of type int4 is NULL, empty or longer than 2000 bytes in all 2 rows
            SELECT '' FROM owl                           | of type text is NULL, empty or longer than 2000 bytes in all 2 rows
            """)
    void queriesThatFailWhenTheyRunAreFaults(String query, String message) throws Exception {
        test.owls(2, "pending");
        test.sql("CREATE SEQUENCE IF NOT EXISTS owl_ids");
        TaskType taskType = query(query);
        assertThatThrownBy(() -> test.found(taskType, 10))
                .isInstanceOf(InboxFault.class)
                .hasMessageContaining(message);
    }

    @Test
    void aQueryThatNeverEndsIsEndedAndItsTaskTypeFaulted() throws Exception {
        TaskType taskType =
                query("WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT 1 FROM r) SELECT count(*) FROM r");
        try (Database impatient = Database.connect(test.settings.withQueryTimeout(Duration.ofMillis(300)))) {
            JdbcInboxes inboxes = new JdbcInboxes(impatient);
            InboxShape shape = inboxes.examine(taskType);
            assertThatThrownBy(() -> inboxes.find(taskType, shape, 1, Set.of()))
                    .isInstanceOf(InboxFault.class)
                    .hasMessageContaining("ran longer than 0.3 s");
        }
    }

    @Test
    void nullIdsAreCountedAndDuplicatesTakenOnce() throws Exception {
        TaskType taskType = query("SELECT * FROM (VALUES (NULL, 'x'), ('a', 'y'), ('a', 'z'), ('b', 'x')) v (id, n)");
        Found found = test.look(taskType, 10);
        assertThat(ids(found.candidates())).containsExactly("a", "b");
        assertThat(found.unusable()).isOne();
    }

    @Test
    void idsOfAnyTypeAreText() throws Exception {
        TaskType uuid = query("SELECT '0a0a0a0a-0000-0000-0000-00000000000b'::uuid AS k");
        assertThat(test.found(uuid, 1)).containsExactly("0a0a0a0a-0000-0000-0000-00000000000b");
        assertThat(test.shape(uuid).idType()).isEqualTo("uuid");
        assertThat(test.inboxes.present(uuid, test.shape(uuid), List.of("0a0a0a0a-0000-0000-0000-00000000000b", "x")))
                .containsExactly("0a0a0a0a-0000-0000-0000-00000000000b");
        TaskType quoted = query("SELECT 'it''s' || chr(10) || '\"?' AS k");
        assertThat(test.inboxes.present(quoted, test.shape(quoted), List.of("it's\n\"?", "other")))
                .containsExactly("it's\n\"?");
    }

    @Test
    void aDeclaredInboxNeedsNoQueryWhateverItsNames() throws Exception {
        test.sql("CREATE SCHEMA IF NOT EXISTS \"Odd\"");
        test.sql("DROP TABLE IF EXISTS \"Odd\".\"My Owls\"");
        test.sql("CREATE TYPE \"Odd\".mood AS ENUM ('wakes', 'it''s fine')");
        test.sql("CREATE TABLE \"Odd\".\"My Owls\" (\"Key\" uuid PRIMARY KEY DEFAULT gen_random_uuid(), "
                + "\"order\" \"Odd\".mood)");
        test.sql("INSERT INTO \"Odd\".\"My Owls\" (\"order\") VALUES ('wakes'), ('wakes'), ('it''s fine')");
        TaskType taskType = test.register(
                "odd",
                "subject_table, subject_key, status_column, inbox_status, outbox_status",
                "'\"Odd\".\"My Owls\"', 'Key', 'order', 'wakes', 'it''s fine'");
        assertThat(test.shape(taskType).relations()).containsExactly(new Relation("Odd", "My Owls"));
        assertThat(test.found(taskType, 5)).hasSize(2);
        test.runtime.run(taskType, success());
        assertThat(test.found(taskType, 5)).hasSize(1);
        assertThat(test.value("SELECT count(*) FROM \"Odd\".\"My Owls\" WHERE \"order\" = 'it''s fine'"))
                .isEqualTo("2");
    }

    @Test
    void claimedFinishedAndSetAsideRowsDoNotHideThoseBehindThem() throws Exception {
        test.owls(3000, "pending");
        TaskType taskType = query("SELECT owl_id FROM owl WHERE status = 'pending' ORDER BY owl_id LIMIT :batch_size");
        remember(taskType, "stayed", 1, 2500);
        test.runtime.claim(taskType, 10);
        Found found = test.look(taskType, 10);
        assertThat(ids(found.candidates())).startsWith("2511").hasSizeGreaterThanOrEqualTo(10);
        assertThat(found.limitHides()).isFalse();
        remember(taskType, "dead", 2511, 3000);
        assertThat(test.look(taskType, 10).candidates()).isEmpty();
        assertThat(test.look(taskType, 10).more()).isFalse();
        assertThat(test.inboxes.count(taskType, test.shape(taskType), 100)).isZero();
    }

    @Test
    void aLiteralLimitFilledByWhatCannotBeClaimedIsReported() throws Exception {
        test.owls(30, "pending");
        TaskType taskType = query("SELECT owl_id FROM owl ORDER BY owl_id LIMIT 20");
        assertThat(test.shape(taskType).literalLimit()).isTrue();
        remember(taskType, "stayed", 1, 19);
        assertThat(test.found(taskType, 5)).containsExactly("20");
        remember(taskType, "stayed", 20, 20);
        assertThat(test.look(taskType, 5).limitHides()).isTrue();
        TaskType roomy = query("SELECT owl_id FROM owl ORDER BY owl_id LIMIT 500");
        remember(roomy, "stayed", 1, 30);
        assertThat(test.look(roomy, 5).limitHides()).isFalse();
    }

    @Test
    void oneDearScanFeedsAThousandClaims() throws Exception {
        test.owls(12_000, "pending");
        TaskType taskType = query("SELECT owl_id FROM owl WHERE status = 'pending' ORDER BY owl_id");
        assertThat(test.found(taskType, 10)).hasSize(10);
        remember(taskType, "stayed", 1, 10_000);
        assertThat(test.found(taskType, 10)).hasSize(1000).startsWith("10001");
    }

    @Test
    void aHundredThousandFinishedSubjectsThatLeftCostWhatNoneCost() throws Exception {
        test.owls(200, "pending");
        test.sql("CREATE INDEX ON owl (status)");
        test.sql("ANALYZE owl");
        TaskType taskType = query("SELECT owl_id FROM owl WHERE status = 'pending'");
        long before = buffers(taskType);
        remember(taskType, "left", 1_000_000, 1_100_000);
        assertThat(buffers(taskType)).isLessThanOrEqualTo(before + 10 * 4);
        assertThat(plan(taskType)).contains("memory_pkey").doesNotContain("Seq Scan on memory");
    }

    /** Pages that a look at ten subjects touches. */
    private long buffers(TaskType taskType) throws Exception {
        String line = plan(taskType)
                .lines()
                .filter(text -> text.contains("Buffers: shared"))
                .findFirst()
                .orElseThrow();
        return Arrays.stream(line.replaceAll("[^0-9 ]", " ").trim().split(" +"))
                .mapToLong(Long::parseLong)
                .sum();
    }

    private String plan(TaskType taskType) throws Exception {
        String find = new InboxSql(
                        test.database, taskType, test.shape(taskType), Set.of(test.runtime.lease.runtimeId()))
                .find(Set.of(), 10, 10);
        test.values("EXPLAIN (ANALYZE, BUFFERS) " + find);
        return String.join("\n", test.values("EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) " + find));
    }

    @Test
    void onlyTheseSubjectsAreLookedFor() throws Exception {
        test.owls(500, "pending");
        TaskType taskType = query("SELECT owl_id FROM owl ORDER BY owl_id LIMIT :batch_size");
        Found found = test.inboxes.find(taskType, test.shape(taskType), 5, Set.of("499", "7", "x", "\0"));
        assertThat(ids(found.candidates())).containsExactly("7", "499");
    }

    @Test
    void anIdleInboxLeavesItsTablesAlone() throws Exception {
        test.owls(10, "pending");
        TaskType taskType = query("SELECT owl_id FROM owl WHERE status = 'done'");
        test.look(taskType, 5);
        test.inboxes.count(taskType, test.shape(taskType), 5);
        assertThat(test.values("SELECT query FROM pg_stat_activity WHERE datname = current_database() "
                        + "AND state LIKE 'idle in transaction%'"))
                .isEmpty();
        try (Connection connection = test.connection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET lock_timeout = '1s'");
            statement.execute("ALTER TABLE owl ADD COLUMN wing text");
        }
    }

    @Test
    void aJsonColumnMayHoldWhatJsonbCannot() throws Exception {
        test.sql("CREATE TABLE IF NOT EXISTS odd_json (id int PRIMARY KEY, j json)");
        test.sql("TRUNCATE odd_json");
        test.sql("INSERT INTO odd_json VALUES (1, '{\"a\": \"x\\u0000y\", \"n\": 1e400000}')");
        TaskType taskType = query("SELECT id, j FROM odd_json");
        test.runtime.run(taskType, success());
        assertThat(test.value("SELECT count(*) FROM turing.ticket_history WHERE status = 'completed' "
                        + "AND task_type_id = " + taskType.id()))
                .isEqualTo("1");
    }
}
