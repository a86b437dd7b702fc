package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.turing.runtime.domain.Relation;
import org.turing.runtime.domain.Subject;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.InboxFault;

/** What is seen of an inbox before its query runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InboxExaminerTest {

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

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            SELECT owl_id FROM owl WHERE statu = 'x'     | column "statu" does not exist (position 30)
            SELECT owl_id FORM owl                       | syntax error at or near "owl" (position 20)
            SELECT owl_id FROM owl; DROP TABLE owl       | holds 2 statements; it must be a single SELECT
            SELECT owl_id FROM owl) AS a, (SELECT 1      | syntax error at or near ")"
            DELETE FROM owl                              | changes data; it must only read
            UPDATE owl SET name = 'x' RETURNING owl_id   | changes data; it must only read
            WITH gone AS (DELETE FROM owl RETURNING owl_id) SELECT * FROM gone | changes data; it must only read
            SELECT owl_id FROM owl FOR UPDATE            | locks rows (FOR UPDATE or the like); it must only read
            SELECT owl_id, pg_try_advisory_lock(owl_id) FROM owl | takes an advisory lock that would outlive it
            SELECT owl_id FROM owl WHERE pg_advisory_lock_shared(7) IS NOT NULL | takes an advisory lock
            CREATE TABLE thief AS SELECT * FROM owl      | syntax error
            SELECT owl_id INTO thief FROM owl            | work_query
            SELECT owl_id FROM owl /*                    | unterminated /* comment
            SELECT 'owl_id FROM owl                      | unterminated quoted string
            --                                           | is empty; it must be a single SELECT
            SELECT to_jsonb(owl) FROM owl                | returns no usable subject id: column 'to_jsonb' is of type jsonb
            SELECT FROM owl                              | returns no column
            SELECT owl_id FROM missing                   | relation "missing" does not exist
            """)
    void queriesThatCannotServeAreFaults(String query, String message) throws Exception {
        test.owls(2, "pending");
        TaskType taskType = query(query);
        assertThatThrownBy(() -> test.shape(taskType))
                .isInstanceOf(InboxFault.class)
                .hasMessageStartingWith("task type '" + taskType.name() + "': work_query ")
                .hasMessageContaining(message)
                .hasMessageContaining("Fix: UPDATE task_types SET work_query = … WHERE task_type_name = '");
        assertThat(test.value("SELECT count(*) FROM owl")).isEqualTo("2");
    }

    @Test
    void whatPostgresSaysIsToldOnOneLineAndNotInFull() throws Exception {
        TaskType taskType = query("x\n" + "y".repeat(100_000));

        assertThatThrownBy(() -> test.shape(taskType))
                .isInstanceOf(InboxFault.class)
                .message()
                .hasSizeLessThan(1_500)
                .doesNotContain("\n");
    }

    @Test
    void aTableOfTooManyNamesIsNoneAndNamesItsColumn() throws Exception {
        TaskType taskType = test.register(
                "dotted_" + ++next,
                "subject_table, subject_key, status_column, inbox_status",
                "'a.b.c.d', 'id', 'status', 'new'");

        assertThatThrownBy(() -> test.shape(taskType))
                .isInstanceOf(InboxFault.class)
                .hasMessageContaining(
                        "subject_table: table 'a.b.c.d' does not exist. Fix: UPDATE task_types SET subject_table");
    }

    @Test
    void aQueryWithoutRightsIsAFault() throws Exception {
        test.owls(1, "pending");
        test.sql("DROP ROLE IF EXISTS poor_owl");
        test.sql("CREATE ROLE poor_owl LOGIN PASSWORD 'p'");
        test.sql("GRANT USAGE ON SCHEMA turing TO poor_owl");
        test.sql("GRANT CREATE ON SCHEMA turing TO poor_owl");
        test.sql("GRANT SELECT ON ALL TABLES IN SCHEMA turing TO poor_owl");
        TaskType taskType = query("SELECT owl_id FROM owl");
        DatabaseSettings poor = DatabaseSettings.of(test.settings.jdbcUrl(), "poor_owl", "p", "turing");
        try (Database database = Database.connect(poor)) {
            assertThatThrownBy(() -> new JdbcInboxes(database).examine(taskType))
                    .isInstanceOf(InboxFault.class)
                    .hasMessageContaining("permission denied for table owl");
        }
    }

    @Test
    void columnsOfOneNameAreToldApart() throws Exception {
        test.owls(1, "pending");
        TaskType taskType = query("SELECT o.*, p.* FROM owl o JOIN owl p USING (status) LIMIT :batch_size");
        assertThat(test.shape(taskType).idColumn()).isEqualTo("owl_id");
        TaskType both = query("SELECT o.*, p.* FROM owl o, owl p");
        assertThat(test.look(both, 1).candidates().get(0).fields())
                .isEqualTo(
                        "{\"owl_id\":1,\"name\":\"owl 1\",\"status\":\"pending\",\"owl_id_2\":1,\"name_2\":\"owl 1\","
                                + "\"status_2\":\"pending\"}");
    }

    @Test
    void theSubjectKindIsTheQuerysOwnElseTheTablesElseTheTaskTypesName() throws Exception {
        test.owls(1, "pending");
        assertThat(test.shape(query("SELECT owl_id FROM owl")).subjectType()).isEqualTo("owl");
        assertThat(test.shape(query("WITH o AS (SELECT owl_id FROM owl) SELECT * FROM o"))
                        .subjectType())
                .isEqualTo("owl");
        TaskType computed = query("SELECT 1 + 1");
        assertThat(test.shape(computed).subjectType()).isEqualTo(computed.name());
        TaskType own = query("SELECT owl_id, 'bird' AS subject_type FROM owl");
        assertThat(test.look(own, 1).candidates().get(0).subject()).isEqualTo(new Subject("bird", "1"));
        TaskType declared = test.registerDeclared("kind_declared", "pending", "done");
        assertThat(test.shape(declared).subjectType()).isEqualTo("owl");
    }

    @ParameterizedTest
    @CsvSource({
        "missing, owl_id, status, subject_table: table 'missing' does not exist",
        "owl, key, status, subject_key: column 'key' does not exist in 'owl'",
        "owl, owl_id, state, status_column: column 'state' does not exist in 'owl'"
    })
    void aDeclaredInboxOfNothingIsAFault(String table, String key, String status, String message) throws Exception {
        test.owls(1, "pending");
        TaskType taskType = test.register(
                "declared_" + ++next,
                "subject_table, subject_key, status_column, inbox_status",
                "'%s', '%s', '%s', 'x'".formatted(table, key, status));
        assertThatThrownBy(() -> test.shape(taskType))
                .isInstanceOf(InboxFault.class)
                .hasMessageContaining(message);
    }

    @Test
    void relationsArePlannedPartitionRootsAndWhatIsDeclared() throws Exception {
        test.owls(1, "pending");
        test.sql("CREATE TABLE parted (id bigint, day int) PARTITION BY RANGE (day)");
        test.sql("CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (1) TO (5)");
        test.sql("CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (5) TO (9)");
        test.sql("CREATE VIEW seen AS SELECT o.owl_id FROM owl o JOIN parted p ON p.id = o.owl_id");
        test.sql("CREATE TABLE hidden (n int)");
        TaskType taskType = test.register("reads", "work_query, reads", "'SELECT * FROM seen', '{hidden}'");
        assertThat(test.shape(taskType).relations())
                .containsExactlyInAnyOrder(
                        new Relation("public", "owl"),
                        new Relation("public", "parted"),
                        new Relation("public", "hidden"));
    }
}
