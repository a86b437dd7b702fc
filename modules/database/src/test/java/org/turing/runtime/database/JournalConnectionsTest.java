package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is done on a connection for the journal is there afterwards, or not, as JDBC has it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JournalConnectionsTest {

    private TestDatabase test;

    @BeforeAll
    void migrate() throws Exception {
        test = new TestDatabase();
        test.sql("CREATE TABLE done (what text)");
    }

    @BeforeEach
    void empty() throws SQLException {
        test.sql("TRUNCATE done");
    }

    @AfterAll
    void close() {
        test.close();
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<String> done() throws SQLException {
        return test.values("SELECT what FROM done ORDER BY what");
    }

    @Test
    void whatIsDoneOutsideTransactionsIsThereOnceTheConnectionIsClosed() throws SQLException {
        try (Connection connection = test.database.journal().getConnection()) {
            assertThat(connection.getAutoCommit()).isTrue();
            execute(connection, "INSERT INTO done VALUES ('alone')");
        }
        assertThat(done()).containsExactly("alone");
    }

    @Test
    void whatFailsAtTheCommitFailsTheClosing() throws SQLException {
        test.sql("CREATE TABLE IF NOT EXISTS later (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
        Connection connection = test.database.journal().getConnection();
        execute(connection, "INSERT INTO later VALUES (1), (1)");
        assertThatThrownBy(connection::close).isInstanceOf(SQLException.class).hasMessageContaining("later_id_key");
        assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void aTransactionIsCommittedOrRolledBackAsAsked() throws SQLException {
        try (Connection connection = test.database.journal().getConnection()) {
            execute(connection, "INSERT INTO done VALUES ('before')");
            connection.setAutoCommit(false);
            execute(connection, "INSERT INTO done VALUES ('undone')");
            connection.rollback();
            execute(connection, "INSERT INTO done VALUES ('together')");
            connection.commit();
            execute(connection, "INSERT INTO done VALUES ('left open')");
        }
        assertThat(done()).containsExactly("before", "together");
    }

    @Test
    void noStatementMayTakeLong() throws SQLException {
        try (Connection connection = test.database.journal().getConnection()) {
            assertThatThrownBy(() -> execute(connection, "SELECT pg_sleep(60)"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            failure -> assertThat(SqlFaults.isTimeout(failure)).isTrue());
        }
        try (Connection connection = test.database.journal().getConnection()) {
            execute(connection, "INSERT INTO done VALUES ('after')");
        }
        assertThat(done()).containsExactly("after");
    }
}
