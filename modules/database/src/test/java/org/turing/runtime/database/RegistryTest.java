package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.turing.runtime.domain.DeclaredInbox;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Model;
import org.turing.runtime.domain.Rerun;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.Registry;
import org.turing.runtime.ports.Registry.Contents;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RegistryTest {

    private TestDatabase test;

    @BeforeAll
    void migrate() throws Exception {
        test = new TestDatabase();
    }

    @BeforeEach
    void empty() throws Exception {
        test.sql("TRUNCATE turing.task_types, turing.models");
    }

    @AfterAll
    void close() {
        test.close();
    }

    @Test
    void thePredecessorsStatementWorksVerbatim() throws Exception {
        test.sql("""
                INSERT INTO task_types (task_type_name, work_query, script_path, requires_model)
                VALUES ('clara_a', 'SELECT owl_id FROM owl WHERE status = ''_needs_review''',
                        'actors/owl__classify_U__clara_a.py', 'mistral-nemo:12b');""");
        TaskType clara = test.taskType("clara_a");
        assertThat(clara.workQuery()).isEqualTo("SELECT owl_id FROM owl WHERE status = '_needs_review'");
        assertThat(clara.requiresModel()).isEqualTo("mistral-nemo:12b");
        assertThat(clara.enabled()).isTrue();
        assertThat(clara.executionType()).isEqualTo(ExecutionType.AUTO);
        assertThat(clara.batchSize()).isEqualTo(100);
        assertThat(clara.maxAttempts()).isEqualTo(3);
        assertThat(clara.retryBackoff()).isEqualTo(Duration.ofSeconds(10));
        assertThat(clara.rerun()).isEqualTo(Rerun.ON_RETURN);
        assertThat(clara.declaredInbox()).isNull();
    }

    @Test
    void usersTablesOfTheSameNamesGoFirstInTheSearchPath() throws Exception {
        assertThat(test.value("SHOW search_path")).isEqualTo("public, turing");
        assertThat(new SearchPath(test.database).hint())
                .isEqualTo("ALTER DATABASE \"" + test.value("SELECT current_database()")
                        + "\" SET search_path = public, turing;");
    }

    @Test
    void everyColumnIsRead() throws Exception {
        test.sql("INSERT INTO models (model_name, slots) VALUES ('m', 2), ('blocked', 0)");
        test.sql("""
                INSERT INTO task_types (task_type_name, script_path, subject_table, subject_key, status_column,
                       inbox_status, outbox_status, reads, writes, execution_type, database_access, scale_limit, priority,
                       poll_interval, timeout_seconds, rerun, pipeline, enabled)
                VALUES ('all', 'x.py', 'owl', 'owl_id', 'status', 'in', 'out, merged', '{a,b}', '{c}', 'bulk', true, 4, 7,
                       '1.5 s', 0.25, 'once', 'owls', false)""");
        Contents contents = new JdbcRegistry(test.database).read();
        assertThat(contents.problems()).isEmpty();
        assertThat(contents.models()).containsExactly(new Model("blocked", 0, null), new Model("m", 2, null));
        TaskType all = contents.taskTypes().get(0);
        assertThat(all.declaredInbox())
                .isEqualTo(new DeclaredInbox("owl", "owl_id", "status", "in", List.of("out", "merged")));
        assertThat(all.reads()).containsExactly("a", "b");
        assertThat(all.writes()).containsExactly("c");
        assertThat(all.executionType()).isEqualTo(ExecutionType.BULK);
        assertThat(all.databaseAccess()).isTrue();
        assertThat(all.scaleLimit()).isEqualTo(4);
        assertThat(all.priority()).isEqualTo(7);
        assertThat(all.pollInterval()).isEqualTo(Duration.ofMillis(1500));
        assertThat(all.timeout()).isEqualTo(Duration.ofMillis(250));
        assertThat(all.rerun()).isEqualTo(Rerun.ONCE);
        assertThat(all.pipeline()).isEqualTo("owls");
        assertThat(all.enabled()).isFalse();
    }

    @Test
    void whatPeoplePauseStaysSoUntilTheyResumeIt() throws Exception {
        test.sql("""
                INSERT INTO turing.task_types (task_type_id, task_type_name, work_query, script_path)
                VALUES (1, 'one', 'SELECT 1', 'a.py'), (2, 'two', 'SELECT 1', 'a.py'), (3, 'three', 'SELECT 1', 'a.py')""");
        Registry registry = new JdbcRegistry(test.database);
        assertThat(registry.read().paused()).isEmpty();
        registry.pause(Set.of(1L, 3L, 99L), true);
        assertThat(new JdbcRegistry(test.database).read().paused()).containsExactlyInAnyOrder(1L, 3L);
        registry.pause(Set.of(2L, 3L), false);
        assertThat(registry.read().paused()).containsExactly(1L);
    }

    @Test
    void aRowThatWouldNeverLeaveItsInboxIsAProblemAndNoTaskType() throws Exception {
        test.register(
                "fine", "subject_table, subject_key, status_column, inbox_status", "'owl', 'owl_id', 'status', 'in'");
        test.sql("""
                INSERT INTO task_types (task_type_name, script_path, subject_table, subject_key, status_column,
                                        inbox_status, outbox_status)
                VALUES ('round', 'x.py', 'owl', 'owl_id', 'status', 'in', 'out, in')""");
        Contents contents = new JdbcRegistry(test.database).read();
        assertThat(contents.taskTypes()).extracting(TaskType::name).containsExactly("fine");
        assertThat(contents.problems().get(0).message())
                .startsWith("task type 'round': outbox_status contains its own inbox_status 'in'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            work_query                | ''                       | work_query_is_not_empty
            work_query                | NULL                     | work_query_or_declared_inbox_is_given
            work_query, outbox_status | 'SELECT 1', 'done'       | outbox_status_needs_a_declared_inbox
            work_query, batch_size    | 'SELECT 1', 0            | batch_size_is_1_to_10000
            work_query, batch_size    | 'SELECT 1', 10001        | batch_size_is_1_to_10000
            work_query, scale_limit   | 'SELECT 1', 0            | scale_limit_is_1_to_10000
            work_query, max_attempts  | 'SELECT 1', 0            | max_attempts_is_1_to_1000
            work_query, timeout_seconds | 'SELECT 1', 'NaN'      | timeout_seconds_is_positive_and_at_most_a_year
            work_query, timeout_seconds | 'SELECT 1', -1         | timeout_seconds_is_positive_and_at_most_a_year
            work_query, poll_interval | 'SELECT 1', '0 s'        | poll_interval_is_10_milliseconds_to_1_day
            work_query, retry_backoff | 'SELECT 1', '-1 s'       | retry_backoff_is_0_to_1_day
            work_query, rerun         | 'SELECT 1', 'sometimes'  | rerun_is_on_return_or_once
            work_query, execution_type | 'SELECT 1', 'perl'      | execution_type_is_auto_thick_worker_script_bulk_or_java
            work_query, script_hash   | 'SELECT 1', 'abc'        | script_hash_is_64_hex_digits
            """)
    void nonsenseIsRefusedByReadableNames(String columns, String values, String constraint) {
        assertThatThrownBy(() -> test.register("nonsense", columns, values))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("\"" + constraint + "\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            pipeline       | repeat('x', 201) | pipeline is 201 characters long, and 200 are the most
            requires_model | E'a\\nb'        | requires_model 'a\\u000ab' holds a control character
            reads          | '{{a},{b}}'      | reads must be a list of tables' names, such as {owl,nest.egg}
            writes         | '{a.b.c}'        | writes must be a list of tables' names
            writes         | '{NULL}'         | writes must be a list of tables' names
            """)
    void whatNoLineCanShowAndNoTableIsCalledIsAProblemAndNoTaskType(String column, String value, String problem)
            throws Exception {
        test.sql("INSERT INTO task_types (task_type_name, script_path, work_query, " + column
                + ") VALUES ('odd', 'x.py', 'SELECT 1', " + value + ")");

        Contents contents = new JdbcRegistry(test.database).read();

        assertThat(contents.taskTypes()).isEmpty();
        assertThat(contents.problems().get(0).message())
                .startsWith("task type 'odd': " + problem)
                .endsWith(". Fix: UPDATE task_types SET " + column + " = … WHERE task_type_name = 'odd'");
    }

    @Test
    void aNameThatNoLineCanShowIsShownInPartAndMendedById() throws Exception {
        test.sql("INSERT INTO task_types (task_type_id, task_type_name, script_path, work_query)"
                + " VALUES (7, E'a\\n' || repeat('b', 500), 'x.py', 'SELECT 1')");

        assertThat(new JdbcRegistry(test.database).read().problems().get(0).message())
                .isEqualTo("task type 'a\\u000a" + "b".repeat(58)
                        + "…': task_type_name is 502 characters long, and 200 are"
                        + " the most. Fix: UPDATE task_types SET task_type_name = … WHERE task_type_id = 7");
    }

    @Test
    void everyColumnThatUsersSeeHasAComment() throws Exception {
        assertThat(test.values("""
                SELECT c.relname || '.' || a.attname
                  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                 WHERE c.relnamespace = 'turing'::regnamespace
                   AND c.relname IN ('task_types', 'models', 'tickets', 'claims', 'memory', 'runtimes')
                   AND col_description(c.oid, a.attnum) IS NULL""")).isEmpty();
    }

    @Test
    void aPredecessorsTableIsTakenOverWithItsIds() throws Exception {
        test.sql("DROP TABLE IF EXISTS public.task_types");
        test.sql("""
                CREATE TABLE public.task_types (task_type_id int, task_type_name varchar(50), work_query text,
                       script_path text, requires_model text, enabled boolean, execution_type text, batch_size bigint,
                       timeout_seconds int, conversation_id int)""");
        test.sql("""
                INSERT INTO public.task_types VALUES
                       (9364, 'clara_a', 'SELECT 1', 'a.py', 'mistral', NULL, 'thick', 5, 60, 3),
                       (9365, 'clara_b', 'SELECT 1', 'b.py', NULL, false, 'thin', NULL, NULL, NULL),
                       (20000, 'late', 'SELECT 1', 'c.py', NULL, true, NULL, NULL, NULL, NULL),
                       (9999, 'broken', 'SELECT 1', 'd.py', NULL, true, NULL, 0, NULL, NULL)""");
        RegistryImport.Report first = new RegistryImport(test.database).run("public.task_types");
        assertThat(first.imported()).containsExactly("clara_a", "clara_b", "late");
        assertThat(first.notes())
                .anyMatch(note -> note.contains("execution_type 'thin' is not known here"))
                .anyMatch(note -> note.contains("'broken' was left out") && note.contains("batch_size_is_1_to_10000"));
        TaskType clara = test.taskType("clara_a");
        assertThat(clara.id()).isEqualTo(9364);
        assertThat(clara.enabled()).isTrue();
        assertThat(clara.executionType()).isEqualTo(ExecutionType.THICK);
        assertThat(clara.timeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(test.taskType("clara_b").enabled()).isFalse();
        RegistryImport.Report second = new RegistryImport(test.database).run("public.task_types");
        assertThat(second.imported()).isEmpty();
        assertThat(second.present()).containsExactly("clara_a", "clara_b", "late");
        assertThat(test.value("INSERT INTO turing.task_types (task_type_name, work_query, script_path) "
                        + "VALUES ('new', 'SELECT 1', 'n.py') RETURNING task_type_id"))
                .isEqualTo("20001");
        test.sql("DROP TABLE public.task_types");
        assertThatThrownBy(() -> new RegistryImport(test.database).run("public.task_types"))
                .isInstanceOf(RegistryImport.NotImportable.class)
                .hasMessageContaining("there is no such table");
        assertThatThrownBy(() -> new RegistryImport(test.database).run("task_types"))
                .isInstanceOf(RegistryImport.NotImportable.class)
                .hasMessageContaining("this runtime's own registry");
    }
}
