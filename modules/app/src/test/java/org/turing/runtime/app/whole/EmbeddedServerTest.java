package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.app.program.Assignment;
import org.turing.runtime.app.program.RuntimeProgram;
import org.turing.runtime.app.settings.Settings;
import org.turing.runtime.database.DatabaseFault;
import org.turing.runtime.database.DatabaseSettings;
import org.turing.runtime.embedded.DataFolder;

/** The runtime's own PostgreSQL, killed under it: nobody but the runtime would start it again. */
class EmbeddedServerTest {

    private static final int SUBJECTS = 20;

    @RegisterExtension
    final WholeSystem system = new WholeSystem().with("turing.db.url", "").with("turing.ledger.renew-every", "500ms");

    private String uri;

    @Test
    void theServerIsStartedAgainAndWorkGoesOn() throws Exception {
        Settings settings = system.settings();
        RuntimeProgram program = system.start(settings, Assignment.EVERYTHING);
        uri = String.valueOf(
                DataFolder.findRunning(settings.data()).orElseThrow().databaseUri());
        execute("CREATE TABLE owl (id bigint PRIMARY KEY, status text NOT NULL, moved int NOT NULL DEFAULT 0)");
        execute("INSERT INTO task_types (task_type_name, script_path, subject_table, subject_key, status_column,"
                + " inbox_status, outbox_status) VALUES ('alma', 'good.py', 'owl', 'id', 'status', 'new', 'done')");
        add(1);
        WholeSystem.await("the first subjects").until(() -> done() == SUBJECTS);

        try (LogLines log = LogLines.listen()) {
            ProcessHandle postmaster =
                    ProcessHandle.of(Server.postmaster(settings.data())).orElseThrow();
            postmaster.descendants().forEach(ProcessHandle::destroyForcibly);
            postmaster.destroyForcibly();
            log.await("has ended by itself and is started again");
        }
        WholeSystem.await("the server's return")
                .ignoreExceptionsInstanceOf(SQLException.class)
                .until(() -> {
                    add(SUBJECTS + 1);
                    return true;
                });

        WholeSystem.await("the rest")
                .ignoreExceptionsInstanceOf(SQLException.class)
                .until(() -> done() == 2 * SUBJECTS);
        Flow.awaitRunning(program);
        assertThat(number("SELECT count(*) FROM tickets WHERE status = 'completed'"))
                .isEqualTo(2 * SUBJECTS);
        assertThat(number("SELECT count(*) FROM turing.claims")).isZero();
    }

    private void add(int first) throws SQLException {
        execute("INSERT INTO owl SELECT i, 'new' FROM generate_series(" + first + ", " + (first + SUBJECTS - 1)
                + ") i");
    }

    private long done() throws SQLException {
        return number("SELECT count(*) FROM owl WHERE status = 'done'");
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private Connection connect() throws SQLException {
        try {
            DatabaseSettings place = DatabaseSettings.of(uri, null, null, "turing");
            return DriverManager.getConnection(place.jdbcUrl(), place.user(), place.password());
        } catch (DatabaseFault notUnderstood) {
            throw new IllegalStateException(notUnderstood);
        }
    }
}
