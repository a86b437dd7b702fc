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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.domain.Relation;
import org.turing.runtime.ports.Notifications;

/** LISTEN on a connection of its own, for each subscription a thread that opens it again whenever it is lost. */
public final class NotificationListener implements Notifications {

    private static final Logger LOG = LoggerFactory.getLogger(NotificationListener.class);
    private static final String REGISTRY = "turing_registry";
    private static final String STATUS = "turing_status";
    private static final String WAKE = "turing_wake";

    /** After this much silence the connection is asked whether it still is one: a half-open one says nothing, ever. */
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final DatabaseSettings settings;

    public NotificationListener(Database database) {
        this.settings = database.settings();
    }

    @Override
    public Subscription listen(Consumer<Notice> listener) {
        Ear ear = new Ear(settings, listener);
        Thread thread = new Thread(ear, "turing-notifications");
        thread.setDaemon(true);
        thread.start();
        return ear;
    }

    private static final class Ear implements Runnable, Subscription {
        private final DatabaseSettings settings;
        private final Consumer<Notice> listener;
        private final CountDownLatch closed = new CountDownLatch(1);
        private volatile @Nullable Connection current;

        Ear(DatabaseSettings settings, Consumer<Notice> listener) {
            this.settings = settings;
            this.listener = listener;
        }

        @Override
        public void run() {
            Duration pause = SHORTEST_PAUSE;
            boolean deaf = false;
            while (!isClosed()) {
                boolean heard = false;
                try (Connection connection = open()) {
                    heard = true;
                    deaf = false;
                    tell(new Notice.Listening());
                    hear(connection);
                } catch (SQLException e) {
                    if (!isClosed() && !deaf) {
                        deaf = true;
                        tell(new Notice.Deaf("notifications: " + SqlFaults.message(e)));
                    }
                }
                pause = heard ? SHORTEST_PAUSE : longer(pause);
                if (rest(pause)) {
                    return;
                }
            }
        }

        private Connection open() throws SQLException {
            Connection connection = Database.dataSource(
                            settings, "turing-runtime notifications", settings.connectTimeout())
                    .getConnection();
            current = connection;
            try (Statement statement = connection.createStatement()) {
                // The driver times its own reads of notifications; everything else must answer within this.
                connection.setNetworkTimeout(
                        Runnable::run, (int) settings.connectTimeout().toMillis());
                statement.execute("LISTEN " + REGISTRY + "; LISTEN " + STATUS + "; LISTEN " + WAKE);
                return connection;
            } catch (SQLException e) {
                connection.close();
                throw e;
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
