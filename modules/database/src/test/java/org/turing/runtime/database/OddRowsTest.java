package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.ports.InboxFault;
import org.turing.runtime.ports.Inboxes.Found;

/** Rows that are unlike all others, and columns too: a subject all the same, passed over, or a fault. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OddRowsTest {

    /** A text of that many bytes that can't be compressed. */
    private static final String LONG =
            "(SELECT left(string_agg(md5(CAST(i AS text)), ''), %d) FROM generate_series(1, 40000) i)";

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

    @BeforeEach
    void forget() throws Exception {
        test.sql("TRUNCATE turing.claims, turing.memory, turing.ticket_history");
    }

    private TaskType query(String query) throws Exception {
        return test.registerQuery("odd_" + ++next, query);
    }

    /** Found, claimed, completed, and asked about again, in the query's order. */
    private List<String> throughTheLedger(TaskType taskType) throws Exception {
        Found found = test.look(taskType, 100);
        List<Claim> claims = test.runtime.claim(taskType, found);
        assertThat(test.runtime.record(taskType, claims, TestDatabase.success()))
                .allSatisfy(TestDatabase::written);
        List<String> ids = TestDatabase.claimedIds(claims);
        assertThat(test.inboxes.present(taskType, test.shape(taskType), ids)).containsExactlyInAnyOrderElementsOf(ids);
        return ids;
    }

    private void assertFault(String query, String message) throws Exception {
        TaskType taskType = query(query);
        assertThatThrownBy(() -> test.look(taskType, 100))
                .isInstanceOf(InboxFault.class)
                .hasMessageStartingWith("task type '" + taskType.name() + "': work_query ")
                .hasMessageContaining(message)
                .hasMessageEndingWith(
                        ". Fix: UPDATE task_types SET work_query = … WHERE task_type_name = '" + taskType.name() + "'");
    }

    @Test
    void idsThatDifferInCaseBlanksOrInvisibleCharactersAreDifferentSubjects() throws Exception {
        assertThat(
                        throughTheLedger(
                                query(
                                        "SELECT * FROM (VALUES ('a'), ('A'), ('a '), (' a'), (E'a\\n'), (E'a\\u200b'), ('01'), ('1')) v")))
                .containsExactly("a", "A", "a ", " a", "a\n", "a\u200b", "01", "1");
    }

    @Test
    void idsThatACollationTakesForEqualAreDifferentSubjects() throws Exception {
        test.sql(
                "CREATE COLLATION IF NOT EXISTS blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
        TaskType taskType = query("SELECT v COLLATE blind AS subject_id FROM (VALUES ('a'), ('A'), ('B')) t (v)");

        assertThat(throughTheLedger(taskType)).containsExactly("a", "A", "B");
        assertThat(test.inboxes.count(taskType, test.shape(taskType), 10)).isZero();
    }

    @Test
    void ofRowsWithOneIdTheFirstOneCounts() throws Exception {
        TaskType taskType = query("SELECT * FROM (VALUES (1, 'first'), (1, 'second'), (2, 'other')) t (id, field)");

        assertThat(test.look(taskType, 10).candidates())
                .extracting(candidate -> candidate.fields())
                .containsExactly("{\"id\":1,\"field\":\"first\"}", "{\"id\":2,\"field\":\"other\"}");
        assertThat(throughTheLedger(taskType)).containsExactly("1", "2");
    }

    @Test
    void anIdOfTwoThousandBytesIsASubjectAndALongerOneIsPassedOver() throws Exception {
        TaskType taskType = query("SELECT * FROM (VALUES (" + LONG.formatted(2_000) + "), (" + LONG.formatted(2_001)
                + "), (" + LONG.formatted(1_200_000) + "), (repeat('a', 2001)), ('short')) v");

        assertThat(test.look(taskType, 10).unusable()).isEqualTo(3);
        assertThat(throughTheLedger(taskType)).hasSize(2).endsWith("short").allMatch(id -> id.length() <= 2_000);
    }

    @Test
    void whereEveryIdIsTooLongTheFaultSaysSo() throws Exception {
        assertFault(
                "SELECT " + LONG.formatted(100_000) + " AS name",
                "returned no usable subject id: column 'name' of type text is NULL, empty or longer than 2000 bytes in all 1"
                        + " rows looked at; name the id subject_id or put it first");
    }

    @ParameterizedTest
    @ValueSource(ints = {2_001, 200_000})
    void aKindThatIsTooLongIsAFaultThatNamesItsSubject(int bytes) throws Exception {
        assertFault(
                "SELECT 7 AS subject_id, " + LONG.formatted(bytes) + " AS subject_type",
                "returns a subject_type of more than 2000 bytes for subject '7'");
    }

    @Test
    void aKindThatIsEmptyOrNullIsTheTaskTypesOwn() throws Exception {
        TaskType taskType = query("SELECT * FROM (VALUES (1, ''), (2, NULL), (3, 'owl')) t (subject_id, subject_type)");

        assertThat(test.look(taskType, 10).candidates())
                .extracting(candidate -> candidate.subject().type())
                .containsExactly(taskType.name(), taskType.name(), "owl");
    }

    @Test
    void aColumnMayHaveTheNameThatRowsHaveInOurSql() throws Exception {
        TaskType taskType = query("SELECT 1 AS id, 'x' AS turing_row, 'y' AS fields, 'z' AS looked_at");

        assertThat(test.look(taskType, 1).candidates().get(0).fields())
                .isEqualTo("{\"id\":1,\"turing_row\":\"x\",\"fields\":\"y\",\"looked_at\":\"z\"}");
    }

    @Test
    void columnsOfOneNameAreToldApartHoweverLongItIs() throws Exception {
        String name = "n".repeat(63);
        TaskType taskType =
                query("SELECT 1 AS %1$s, 2 AS %1$s, 3 AS \"Owl\", 4 AS \"Owl\", 5 AS \"Owl_2\"".formatted(name));

        assertThat(test.look(taskType, 1).candidates().get(0).fields())
                .isEqualTo("{\"%s\":1,\"%s_2\":2,\"Owl\":3,\"Owl_3\":4,\"Owl_2\":5}".formatted(name, "n".repeat(61)));
        assertThat(throughTheLedger(taskType)).containsExactly("1");
    }

    @Test
    void asManyColumnsAsPostgresHasComeThrough() throws Exception {
        String columns =
                IntStream.rangeClosed(1, 1_600).mapToObj(n -> n + " AS c" + n).collect(Collectors.joining(", "));
        TaskType taskType = query("SELECT " + columns);

        assertThat(test.look(taskType, 1).candidates().get(0).fields()).contains("\"c1600\":1600");
        assertThat(throughTheLedger(taskType)).containsExactly("1");
    }

    @Test
    void columnsOfOneNameInGreatNumbersComeThrough() throws Exception {
        String columns =
                IntStream.rangeClosed(1, 1_600).mapToObj(Integer::toString).collect(Collectors.joining(", "));

        assertThat(throughTheLedger(query("SELECT " + columns))).containsExactly("1");
    }

    @Test
    void aDeepJsonIsAFaultThatNamesItsSubjectAndWhatIsLessDeepComesThrough() throws Exception {
        TaskType deep = query("SELECT 1 AS id, CAST(repeat('[', 499) || repeat(']', 499) AS json) AS field");
        assertThat(throughTheLedger(deep)).containsExactly("1");

        assertFault(
                "SELECT 1 AS id, CAST(repeat('[', 500) || repeat(']', 500) AS json) AS field",
                "returns JSON that is nested more than 500 deep for subject '1'; leave that column out, or cast it to text");
        assertFault(
                "SELECT 1 AS id, CAST(repeat('{\"a\\\"[\":', 5000) || '1' || repeat('}', 5000) AS json) AS field",
                "nested more than 500 deep for subject '1'");
    }

    @Test
    void bracketsInTextsAreNoDepth() throws Exception {
        TaskType taskType = query(
                "SELECT 1 AS id, repeat('[{\\\"', 5000) AS field, CAST('[\"' || repeat('[', 5000) || '\"]' AS json)");

        assertThat(throughTheLedger(taskType)).containsExactly("1");
    }

    @Test
    void aNumberOfAHundredThousandDigitsComesThrough() throws Exception {
        TaskType taskType = query("SELECT 1 AS id, CAST('1e100000' AS numeric) AS field");

        assertThat(test.look(taskType, 1).candidates().get(0).fields()).hasSizeGreaterThan(100_000);
        assertThat(throughTheLedger(taskType)).containsExactly("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"now()", "ARRAY[now()]", "tstzrange(now(), NULL)", "tstzmultirange(tstzrange(now(), NULL))"})
    void anIdWhoseTextDependsOnTheTimeZoneIsAFault(String expression) throws Exception {
        assertFault(
                "SELECT " + expression + " AS at",
                "whose text differs from one time zone to another, and runtimes would take one subject for two");
    }

    @Test
    void whatFailsOnlyAtSomeRowIsAFault() throws Exception {
        assertFault("SELECT 1 / (i - 50) AS id FROM generate_series(1, 60) i", "failed: division by zero");
        assertFault(
                "SELECT CAST(v AS bigint) FROM (VALUES ('1'), ('owl')) t (v)", "invalid input syntax for type bigint");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            char(10)          | owl       | owl
            bit(3)            | 101       | 101
            varchar(5)        | owl       | owl
            "char"            | o         | o
            name              | owl       | owl
            uuid              | a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11 | a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11
            numeric(10,2)     | 1.5       | 1.50
            double precision  | -1e300    | -1e+300
            timestamp(0)      | infinity  | infinity
            date              | 0044-03-15 BC | 0044-03-15 BC
            interval          | 1 day     | 1 day
            inet              | ::1/64    | ::1/64
            bytea             | \\x00ff   | \\x00ff
            int4range         | [1,3)     | [1,3)
            money             | 1.50      | $1.50
            """)
    void aDeclaredKeyAndStatusOfAnyTypeThatCanBeComparedAreMoved(String type, String value, String id)
            throws Exception {
        test.sql("DROP TABLE IF EXISTS odd_key");
        test.sql("CREATE TABLE odd_key (key " + type + " PRIMARY KEY, status char(8) NOT NULL)");
        test.sql("INSERT INTO odd_key VALUES ('" + value + "', 'new')");
        String declared = "subject_table, subject_key, status_column, inbox_status, outbox_status";
        String values = "'odd_key', 'key', 'status', 'new', 'done'";
        TaskType made = test.register("key_" + ++next, declared, values);

        assertThat(TestDatabase.written(test.runtime.run(made, new Outcome.Succeeded(null, null)))
                        .status())
                .isEqualTo(TicketStatus.COMPLETED);
        assertThat(test.value("SELECT trim(status) FROM odd_key")).isEqualTo("done");
        assertThat(test.value("SELECT subject_id FROM turing.tickets WHERE task_type_id = " + made.id()))
                .isEqualTo(id);

        test.sql("UPDATE odd_key SET status = 'new'");
        TaskType asked =
                test.register("key_" + ++next, declared + ", work_query", values + ", 'SELECT key FROM odd_key'");
        assertThat(TestDatabase.written(test.runtime.run(asked, new Outcome.Succeeded(null, null)))
                        .status())
                .isEqualTo(TicketStatus.COMPLETED);
        assertThat(test.value("SELECT trim(status) FROM odd_key")).isEqualTo("done");
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "point", "xml", "timestamptz", "bigint[]"})
    void aDeclaredKeyThatCanNotServeIsAFaultBeforeAnythingRuns(String type) throws Exception {
        test.sql("DROP TABLE IF EXISTS odd_key");
        test.sql("CREATE TABLE odd_key (key " + type + ", status text NOT NULL)");
        for (String query : List.of("NULL", "'SELECT 1 AS id'")) {
            TaskType taskType = test.register(
                    "key_" + ++next,
                    "subject_table, subject_key, status_column, inbox_status, outbox_status, work_query",
                    "'odd_key', 'key', 'status', 'new', 'done', " + query);
            assertThatThrownBy(() -> test.shape(taskType))
                    .isInstanceOf(InboxFault.class)
                    .hasMessageContaining("subject_key: column 'key' is of type ")
                    .hasMessageContaining(". Fix: UPDATE task_types SET subject_key = …");
        }
    }

    @ParameterizedTest
    @CsvSource({"flown, done, inbox_status", "new, 'done, flown', outbox_status"})
    void aStatusThatItsColumnCanNotHoldIsAFaultBeforeAnythingRuns(String inbox, String outbox, String column)
            throws Exception {
        test.sql("DROP TABLE IF EXISTS odd_key");
        test.sql("DROP TYPE IF EXISTS progress");
        test.sql("CREATE TYPE progress AS ENUM ('new', 'done')");
        test.sql("CREATE TABLE odd_key (key int, status progress)");
        TaskType taskType = test.register(
                "key_" + ++next,
                "subject_table, subject_key, status_column, inbox_status, outbox_status",
                "'odd_key', 'key', 'status', '" + inbox + "', '" + outbox + "'");

        assertThatThrownBy(() -> test.shape(taskType))
                .isInstanceOf(InboxFault.class)
                .hasMessageContaining(
                        column + ": 'flown' is no value of status_column \"status\", which is of type progress")
                .hasMessageContaining(". Fix: UPDATE task_types SET " + column + " = …");
    }

    @Test
    void aKeyThatTheQueryWritesInAnotherWayIsMovedAllTheSame() throws Exception {
        test.sql("DROP TABLE IF EXISTS odd_key");
        test.sql("CREATE TABLE odd_key (key numeric(10, 2) PRIMARY KEY, status text)");
        test.sql("INSERT INTO odd_key VALUES (1.5, 'new')");
        TaskType taskType = test.register(
                "key_" + ++next,
                "subject_table, subject_key, status_column, inbox_status, outbox_status, work_query",
                "'odd_key', 'key', 'status', 'new', 'done', 'SELECT ''+01.5'''");

        assertThat(TestDatabase.written(test.runtime.run(taskType, new Outcome.Succeeded(null, null)))
                        .status())
                .isEqualTo(TicketStatus.COMPLETED);
        assertThat(test.value("SELECT status FROM odd_key")).isEqualTo("done");
    }

    @Test
    void aKeyWhoseTypeChangesIsLookedUpAnewWithoutAFailure() throws Exception {
        test.sql("DROP TABLE IF EXISTS odd_key");
        test.sql("CREATE TABLE odd_key (key int PRIMARY KEY, status text)");
        test.sql("INSERT INTO odd_key SELECT i, 'new' FROM generate_series(1, 2) i");
        TaskType taskType = test.register(
                "key_" + ++next,
                "subject_table, subject_key, status_column, inbox_status, outbox_status",
                "'odd_key', 'key', 'status', 'new', 'done'");
        test.runtime.run(taskType, new Outcome.Succeeded(null, null));
        test.sql("ALTER TABLE odd_key ALTER COLUMN key TYPE uuid USING"
                + " CAST(lpad(CAST(key AS text), 32, '0') AS uuid)");

        assertThat(TestDatabase.written(test.runtime.run(taskType, new Outcome.Succeeded(null, null)))
                        .status())
                .isEqualTo(TicketStatus.COMPLETED);
        assertThat(test.values("SELECT DISTINCT status FROM odd_key")).containsExactly("done");
    }
}
