package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one work_query did to its session is unknown to the next. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueryPoolTest {

    private TestDatabase test;
    private Database one;

    @BeforeAll
    void migrate() throws Exception {
        test = new TestDatabase();
        one = Database.connect(test.settings.withConnections(2, 1));
    }

    @AfterAll
    void close() {
        one.close();
        test.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELECT set_config('work_mem', '77MB', false)                   | SELECT current_setting('work_mem') = '77MB'
            SELECT set_config('role', 'pg_monitor', false)                 | SELECT current_user = 'pg_monitor'
            SELECT set_config('search_path', 'nowhere', false)             | SELECT current_setting('search_path') = 'nowhere'
            SELECT set_config('default_transaction_read_only', 'off', false), set_config('statement_timeout', '0', false) | SELECT current_setting('statement_timeout') = '0'
            SELECT pg_advisory_lock(4711)                                  | SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711
            LISTEN turing_owls                                             | SELECT count(*) > 0 FROM pg_listening_channels()
            PREPARE owls AS SELECT 1                                       | SELECT count(*) > 0 FROM pg_prepared_statements WHERE name = 'owls'
            DECLARE owls CURSOR WITH HOLD FOR SELECT 1                     | SELECT count(*) > 0 FROM pg_cursors WHERE name = 'owls'
            """)
    void whatAStatementLeavesBehindIsGone(String statement, String stillThere) throws SQLException {
        int before = ask("SELECT pg_backend_pid()");

        run(statement);

        assertThat(ask("SELECT CAST((" + stillThere + ") AS int)")).isZero();
        assertThat(ask("SELECT pg_backend_pid()")).as("the same session").isEqualTo(before);
    }

    @Test
    void everyReadingIsReadOnlyWhateverTheOneBeforeAskedFor() throws SQLException {
        test.sql("CREATE TABLE IF NOT EXISTS read_only (id int)");
        run("SELECT set_config('default_transaction_read_only', 'off', false)");
        assertThatThrownBy(() -> run("INSERT INTO read_only VALUES (1)")).hasMessageContaining("read-only transaction");
        assertThatThrownBy(() -> run("SELECT set_config('transaction_read_only', 'off', false)"))
                .hasMessageContaining("read-write mode");
    }

    @Test
    void aQuestionThatIsAskedOftenIsPreparedAndAFunctionMayTakeThatAwayAgain() throws SQLException {
        String often = "SELECT count(*) FROM pg_prepared_statements WHERE NOT from_sql AND statement LIKE '%often%'";
        for (int time = 0; time < 10; time++) {
            ask(often);
        }
        assertThat(ask(often)).isOne();

        run("DO $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$");

        assertThat(ask(often)).isZero();
    }

    @Test
    void aTableMayHaveOtherColumnsByTheNextTime() throws Exception {
        test.sql("CREATE TABLE changing (id int)");
        test.sql("INSERT INTO changing VALUES (1)");
        for (int time = 0; time < 3; time++) {
            assertThat(ask("SELECT * FROM changing")).isOne();
        }

        test.sql("ALTER TABLE changing ALTER id TYPE text");

        assertThat(ask("SELECT * FROM changing")).isOne();
    }

    private void run(String sql) throws SQLException {
        one.reading(connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute(sql);
            }
        });
    }

    private int ask(String question) throws SQLException {
        return one.reading(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(question)) {
                row.next();
                return row.getInt(1);
            }
        });
    }
}
