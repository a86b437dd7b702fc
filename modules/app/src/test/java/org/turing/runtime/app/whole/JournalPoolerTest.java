package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.DatabaseSettings;
import org.turing.runtime.journal.Journal;

/** The journal of actors by way of a PgBouncer in transaction mode, which is ended and comes back. */
class JournalPoolerTest {

    private static final int SNAPSHOT_EVERY = 10;

    /** Limits of ours that a session of the pool has kept. */
    private static final String LEFT_BEHIND =
            "SELECT count(*) FROM pg_settings WHERE source = 'session' AND name LIKE '%timeout'";

    @RegisterExtension
    static final WholeSystem system = new WholeSystem();

    private static PgBouncer pooler;

    @BeforeAll
    static void startPooler() throws Exception {
        PgBouncer.assumeInstalled();
        pooler = PgBouncer.before(direct(), Map.of());
    }

    @AfterAll
    static void endPooler() throws Exception {
        if (pooler != null) {
            pooler.close();
        }
    }

    private static String direct() {
        return system.server().uri(system.database());
    }

    @Test
    void anActorRemembersThroughThePoolerAndWhenItHasComeBack() throws Exception {
        DatabaseSettings place = DatabaseSettings.of(pooler.instead(direct()), null, null, "turing");
        try (Database database = Database.connect(place)) {
            assertThat(database.isPooled()).isTrue();
            ActorSystem<Count> counter = counter(database);
            count(counter, 1, 25);
            pooler.kill();
            pooler.start();
            count(counter, 26, 50);
            end(counter);

            ActorSystem<Count> next = counter(database);
            count(next, 51, 51);
            end(next);
        }
        assertThat(system.number("SELECT max(sequence_number) FROM turing.journal_events"))
                .isEqualTo(51);
        for (int session = 0; session < PgBouncer.SESSIONS; session++) {
            assertThat(number(place, LEFT_BEHIND)).isZero();
        }
    }

    private static ActorSystem<Count> counter(Database database) {
        return ActorSystem.create(
                new Counter(),
                "journal",
                Journal.setup(database).and(BootstrapSetup.create(Journal.settings(ConfigFactory.load(), database))));
    }

    private static void count(ActorSystem<Count> counter, int first, int last) {
        for (int number = first; number <= last; number++) {
            int wanted = number;
            WholeSystem.await("number " + number)
                    .ignoreExceptionsInstanceOf(CompletionException.class)
                    .until(
                            () -> AskPattern.ask(
                                            counter,
                                            (ActorRef<Integer> me) -> new Count(wanted, me),
                                            Duration.ofSeconds(5),
                                            counter.scheduler())
                                    .toCompletableFuture()
                                    .join(),
                            reached -> reached == wanted);
        }
    }

    private static void end(ActorSystem<?> system) {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }

    private static long number(DatabaseSettings place, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(place.jdbcUrl(), place.user(), place.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Asks to be counted on to a number; the answer says how far it is. */
    private record Count(int wanted, ActorRef<Integer> replyTo) {}

    /** Counts one on as long as that is not beyond what it is asked for, so that asking again does no harm. */
    private static final class Counter extends EventSourcedBehavior<Count, String, String> {

        Counter() {
            super(
                    PersistenceId.ofUniqueId("counter"),
                    SupervisorStrategy.restartWithBackoff(Duration.ofMillis(100), Duration.ofSeconds(1), 0.1));
        }

        @Override
        public String emptyState() {
            return "0";
        }

        @Override
        public CommandHandler<Count, String, String> commandHandler() {
            return newCommandHandlerBuilder()
                    .forAnyState()
                    .onAnyCommand((reached, count) -> Integer.parseInt(reached) < count.wanted()
                            ? Effect().persist("one on").thenReply(count.replyTo(), now -> Integer.parseInt(now))
                            : Effect().reply(count.replyTo(), Integer.parseInt(reached)));
        }

        @Override
        public EventHandler<String, String> eventHandler() {
            return newEventHandlerBuilder()
                    .forAnyState()
                    .onAnyEvent((reached, one) -> Integer.toString(Integer.parseInt(reached) + 1));
        }

        @Override
        public RetentionCriteria retentionCriteria() {
            return RetentionCriteria.snapshotEvery(SNAPSHOT_EVERY, 1).withDeleteEventsOnSnapshot();
        }
    }
}
