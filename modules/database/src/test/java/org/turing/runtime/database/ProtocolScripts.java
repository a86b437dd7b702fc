package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.database.ProtocolOracle.Held;
import org.turing.runtime.database.ProtocolOracle.Key;
import org.turing.runtime.database.ProtocolOracle.Lock;
import org.turing.runtime.database.ProtocolOracle.Row;

/** What scripts and the user do in sessions of their own: at most one open transaction each. */
final class ProtocolScripts implements AutoCloseable {

    private static final String LOST_CLAIM = "55000";
    private static final String LOCK_TIMEOUT = "55P03";
    private static final String[] STATUSES = {"pending", "pending", "elsewhere", "done"};

    private final ProtocolStage stage;
    private final ProtocolOracle oracle;

    /** The ticket that a script's open transaction holds. */
    private @Nullable Held holding;

    /** Whether that transaction moves the subject. */
    private boolean writing;

    /** The row that the user's open transaction has locked, and what it makes of its status. */
    private @Nullable Row lockedRow;

    private @Nullable String lockedStatus;

    ProtocolScripts(ProtocolStage stage, ProtocolOracle oracle) {
        this.stage = stage;
        this.oracle = oracle;
    }

    /** A script moves its subject without asking whether it may. */
    void write(Held held) {
        held.started = true;
        Row row = oracle.row(held.key());
        if (!held.taskType.movesStatus() && row.lock == Lock.NONE) {
            stage.update(held.key(), "done", "pending");
            row.status = row.status.equals("pending") ? "done" : row.status;
        }
    }

    void hold(Optional<Held> which) throws SQLException {
        if (which.isEmpty() || holding != null) {
            return;
        }
        Held held = which.get();
        held.started = true;
        Connection script = stage.script();
        try (Statement statement = script.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = '50ms'");
            statement.execute("SELECT turing.hold(%d, %d)".formatted(held.claim.ticketId(), held.claim.fence()));
        } catch (SQLException e) {
            script.rollback();
            assertThat(e.getSQLState()).as("hold: %s", e.getMessage()).isEqualTo(held.live ? LOCK_TIMEOUT : LOST_CLAIM);
            assertThat(held.live && held.lock == Lock.NONE)
                    .as("a claim that nobody has locked")
                    .isFalse();
            return;
        }
        assertThat(held.live && held.lock == Lock.NONE).as("held").isTrue();
        holding = held;
        held.lock = Lock.SCRIPT;
        Row row = oracle.row(held.key());
        writing = !held.taskType.movesStatus() && row.lock == Lock.NONE;
        if (writing) {
            row.lock = Lock.SCRIPT;
            try (Statement statement = script.createStatement()) {
                statement.execute(stage.updating(held.key(), "done", "pending"));
            }
        }
    }

    void commitHeld(boolean commit) throws SQLException {
        Held held = holding;
        if (held == null) {
            return;
        }
        if (commit) {
            assertThat(stage.claims()).as("claims while a script holds its own").contains(held.claim.ticketId());
            stage.script().commit();
        } else {
            stage.script().rollback();
        }
        holding = null;
        held.lock = Lock.NONE;
        Row row = oracle.row(held.key());
        if (writing) {
            row.lock = Lock.NONE;
            row.status = commit && row.status.equals("pending") ? "done" : row.status;
        }
    }

    /** The user has a declared row locked, or is about to change it. */
    void lockRow(Key key, int how) throws SQLException {
        Row row = oracle.row(key);
        if (lockedRow != null || row.lock != Lock.NONE || !stage.taskType(key).movesStatus()) {
            return;
        }
        lockedRow = row;
        row.lock = Lock.USER;
        lockedStatus = how == 0 ? null : STATUSES[how];
        try (Statement statement = stage.user().createStatement()) {
            String status = lockedStatus == null ? row.status : lockedStatus;
            statement.execute(stage.updating(key, status, row.status));
        }
    }

    void unlockRow() throws SQLException {
        Row row = lockedRow;
        if (row != null) {
            stage.user().commit();
            row.lock = Lock.NONE;
            row.status = lockedStatus == null ? row.status : lockedStatus;
            lockedRow = null;
        }
    }

    void moveRow(Key key, int how) {
        Row row = oracle.row(key);
        if (row.lock == Lock.NONE) {
            stage.update(key, STATUSES[how], row.status);
            row.status = STATUSES[how];
        }
    }

    /** What waits loses its connection, and its locks with it. */
    void loseConnection(ProtocolRuntime runtime) throws SQLException {
        if (runtime.waiting != null) {
            runtime.loseConnection(stage.control());
            oracle.held.stream()
                    .filter(held -> held.runtime == runtime.number && held.lock == Lock.RECORDING)
                    .forEach(held -> ProtocolVerdict.unlock(oracle, held));
        }
    }

    @Override
    public void close() throws SQLException {
        stage.script().rollback();
        stage.user().rollback();
        if (holding != null) {
            holding.lock = Lock.NONE;
            holding = null;
        }
        lockedRow = null;
    }
}
