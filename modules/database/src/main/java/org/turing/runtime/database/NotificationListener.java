package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.domain.Relation;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.Notifications;

/**
 * LISTEN on a connection of its own, for each subscription a thread that opens it again whenever it is lost. Where a
 * pooler stands between and there is no way past it, it is first seen whether anything can be heard.
 */
public final class NotificationListener implements Notifications {

    private static final Logger LOG = LoggerFactory.getLogger(NotificationListener.class);
    private static final String REGISTRY = "turing_registry";
    private static final String STATUS = "turing_status";
    private static final String WAKE = "turing_wake";

    /** After this much silence the connection is asked whether it still is one: a half-open one says nothing, ever. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    /** Where nothing can be heard only somebody who changes the pooler's configuration changes that. */
    private static final Duration SILENT_POOLER_PAUSE = Duration.ofMinutes(5);

    private final Database database;

    public NotificationListener(Database database) {
        this.database = database;
    }

    @Override
    public Subscription listen(Consumer<Notice> listener) {
        Ear ear = new Ear(database, listener);
        Thread thread = new Thread(ear, "turing-notifications");
        thread.setDaemon(true);
        thread.start();
        return ear;
    }

    /**
     * Tries whether anything would be heard; takes seconds where it is not.
     *
     * @return why nothing would be heard, and what helps; null if notifications come through
     * @throws org.turing.runtime.ports.DatabaseUnavailable if the database can't serve now
     */
    public @Nullable String silence() {
        if (database.hasSessions()) {
            return null;
        }
        DatabaseSettings settings = database.settings();
        try (Connection connection = open(settings)) {
            return new Echo(database).isHeardOn(connection) ? null : silentPooler(settings);
        } catch (SQLException e) {
            throw SqlFaults.unchecked(e);
        }
    }

    private static Connection open(DatabaseSettings settings) throws SQLException {
        Connection connection = source(settings).getConnection();
        try {
            // The driver times its own reads of notifications; everything else must answer within this.
            connection.setNetworkTimeout(
                    Runnable::run, (int) settings.connectTimeout().toMillis());
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Where connections come from on which notifications are heard, by sockets that keep none waiting. */
    static PGSimpleDataSource source(DatabaseSettings settings) {
        PGSimpleDataSource source =
                Database.dataSource(settings, "turing-runtime notifications", settings.connectTimeout());
        if (source.getSocketFactory() == null) {
            source.setSocketFactory(PromptSockets.class.getName());
        }
        return source;
    }

    private static String silentPooler(DatabaseSettings settings) {
        return "a pooler stands at " + settings.address() + ", and LISTEN does not get through it. What others change"
                + " is found by polls (turing.work.poll-longest). Fix: set TURING_DB_DIRECT_URL (turing.db.direct-url)"
                + " to the server's own address";
    }

    private static final class Ear implements Runnable, Subscription {
        private final DatabaseSettings settings;
        private final @Nullable Echo echo;
        private final Consumer<Notice> listener;
        private final CountDownLatch closed = new CountDownLatch(1);
        private volatile @Nullable Connection current;
        private boolean deaf;

        Ear(Database database, Consumer<Notice> listener) {
            this.settings = database.settings().directly();
            this.echo = database.hasSessions() ? null : new Echo(database);
            this.listener = listener;
        }

        @Override
        public void run() {
            Duration pause = SHORTEST_PAUSE;
            while (!isClosed()) {
                boolean heard = false;
                try (Connection connection = open(settings)) {
                    current = connection;
                    if (echo != null && !echo.isHeardOn(connection)) {
                        tellDeaf(silentPooler(settings));
                        pause = SILENT_POOLER_PAUSE;
                    } else {
                        listenTo(connection);
                        heard = true;
                        deaf = false;
                        tell(new Notice.Listening());
                        hear(connection);
                    }
                } catch (SQLException | DatabaseUnavailable e) {
                    tellDeaf("notifications: " + reason(e));
                    pause = heard ? SHORTEST_PAUSE : longer(pause);
                }
                if (rest(pause)) {
                    return;
                }
            }
        }

        private static @Nullable String reason(Exception failure) {
            return failure instanceof SQLException sql ? SqlFaults.message(sql) : failure.getMessage();
        }

        /** Told once, until something is heard again. */
        private void tellDeaf(String reason) {
            if (!isClosed() && !deaf) {
                deaf = true;
                tell(new Notice.Deaf(reason));
            }
        }

        private static void listenTo(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute("LISTEN " + REGISTRY + "; LISTEN " + STATUS + "; LISTEN " + WAKE);
            }
        }

        private void hear(Connection connection) throws SQLException {
            PGConnection postgres = connection.unwrap(PGConnection.class);
            while (!isClosed()) {
                PGNotification[] notifications = postgres.getNotifications((int) SILENCE.toMillis());
                if (notifications == null || notifications.length == 0) {
                    ask(connection);
                } else {
                    for (PGNotification notification : notifications) {
                        Notice notice = understood(notification.getName(), notification.getParameter());
                        if (notice != null) {
                            tell(notice);
                        }
                    }
                }
            }
        }

        private static void ask(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet answer = statement.executeQuery("SELECT 1")) {
                answer.next();
            }
        }

        private @Nullable Notice understood(String channel, String payload) {
            switch (channel) {
                case REGISTRY:
                    return payload.isEmpty() || payload.equals(settings.schema()) ? new Notice.RegistryChanged() : null;
                case STATUS:
                    int dot = payload.indexOf('.');
                    return dot < 1
                            ? null
                            : new Notice.TableChanged(
                                    new Relation(payload.substring(0, dot), payload.substring(dot + 1)));
                case WAKE:
                    return new Notice.Wake(payload.matches("\\d{1,18}") ? Long.valueOf(payload) : null);
                default:
                    return null;
            }
        }

        /** A listener that throws must not end the listening. */
        private void tell(Notice notice) {
            try {
                listener.accept(notice);
            } catch (RuntimeException e) {
                LOG.error("a listener failed on {}", notice, e);
            }
        }

        private static Duration longer(Duration pause) {
            Duration doubled = pause.multipliedBy(2);
            return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        }

        private boolean isClosed() {
            return closed.getCount() == 0;
        }

        /** @return whether the subscription was closed meanwhile */
        private boolean rest(Duration pause) {
            try {
                return closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return true;
            }
        }

        @Override
        public void close() {
            closed.countDown();
            Connection connection = current;
            if (connection != null) {
                try {
                    connection.abort(Runnable::run); // the thread may be waiting in it
                } catch (SQLException e) {
                    LOG.debug("the connection for notifications was gone already", e);
                }
            }
        }
    }
}
