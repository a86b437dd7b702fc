package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Calls from one connection to see whether it is heard on another. A pooler in transaction mode takes a LISTEN without
 * a word, gives it to a session that is somebody else's right afterwards, and delivers nothing.
 */
final class Echo {

    /** A NOTIFY is heard within milliseconds; a busy server and a busy pool may need some more. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Database database;
    /** Nobody else's, since a session that is lent goes on listening to it. */
    private final String channel = "turing_echo_" + UUID.randomUUID().toString().replace("-", "");

    Echo(Database database) {
        this.database = database;
    }

    /**
     * Waits some seconds at most. Other notifications that come meanwhile are lost.
     *
     * @param listening a connection in auto-commit mode
     * @throws org.turing.runtime.ports.DatabaseUnavailable if nothing can be called out now
     */
    boolean isHeardOn(Connection listening) throws SQLException {
        try (Statement statement = listening.createStatement()) {
            statement.execute("LISTEN " + channel);
            call();
            boolean heard = isHeard(listening.unwrap(PGConnection.class));
            statement.execute("UNLISTEN " + channel);
            return heard;
        }
    }

    private void call() throws SQLException {
        database.attempt(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("SELECT pg_catalog.pg_notify(?, '')")) {
                statement.setString(1, channel);
                try (ResultSet row = statement.executeQuery()) {
                    return row.next();
                }
            }
        });
    }

    private boolean isHeard(PGConnection ear) throws SQLException {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        for (long left = PATIENCE.toMillis(); left > 0; left = (giveUp - System.nanoTime()) / 1_000_000) {
            PGNotification[] heard = ear.getNotifications((int) left);
            if (heard != null
                    && Arrays.stream(heard)
                            .anyMatch(notification -> notification.getName().equals(channel))) {
                return true;
            }
        }
        return false;
    }
}
