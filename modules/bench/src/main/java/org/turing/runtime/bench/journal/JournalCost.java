package org.turing.runtime.bench.journal;

import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.Program;
import org.turing.runtime.bench.report.Figures;
import org.turing.runtime.bench.report.Report;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.DatabaseSettings;
import org.turing.runtime.journal.Journal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How long an event-sourced actor takes to remember one event, in turns with a plain INSERT that is committed. */
@Command(
        name = "journal",
        mixinStandardHelpOptions = true,
        description = "Time until a single event is remembered, beside a plain INSERT of a row.")
public final class JournalCost implements Callable<Integer> {

    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final String PAYLOAD = "an event of some forty bytes, as text. ";

    @Mixin
    private Program program = new Program();

    @Option(names = "--events", defaultValue = "2000", description = "Measured events (${DEFAULT-VALUE}).")
    private int events;

    @Option(names = "--warm-up", defaultValue = "500", description = "Events before those (${DEFAULT-VALUE}).")
    private int warmUp;

    @Override
    public Integer call() throws Exception {
        Report.conditions("before", program.describe());
        List<Long> remembered = new ArrayList<>();
        List<Long> inserted = new ArrayList<>();
        List<Long> first = new ArrayList<>();
        List<Long> recovered = new ArrayList<>();
        try (BenchDatabase server = BenchDatabase.start();
                Connection plain = server.session();
                Database database = open(server)) {
            server.execute("CREATE TABLE plain (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, payload bytea)");
            ActorSystem<Rememberer.Remember> actor = actor(database);
            first.add(remember(actor));
            for (int event = -warmUp; event < events; event++) {
                long micros = remember(actor);
                long beside = insert(plain);
                if (event >= 0) {
                    remembered.add(micros);
                    inserted.add(beside);
                }
            }
            end(actor);
            long began = System.nanoTime();
            ActorSystem<Rememberer.Remember> next = actor(database);
            remember(next);
            recovered.add(micros(began));
            end(next);
        }
        Report.conditions("after", program.describe());
        Report.head();
        Report.row("one event remembered", Figures.ofMicros(remembered));
        Report.row("one row inserted", Figures.ofMicros(inserted));
        Report.row("the first event, the plugin not yet opened", Figures.ofMicros(first));
        Report.row(
                "a new actor system with " + (1 + warmUp + events) + " events to read, and one more remembered",
                Figures.ofMicros(recovered));
        return 0;
    }

    private static Database open(BenchDatabase server) throws Exception {
        Map<String, String> place = server.environment();
        Database database = Database.connect(DatabaseSettings.of(
                place.get("TURING_DB_URL"), place.get("TURING_DB_USER"), place.get("TURING_DB_PASSWORD"), "turing"));
        database.migrate();
        return database;
    }

    private static ActorSystem<Rememberer.Remember> actor(Database database) {
        return ActorSystem.create(
                Rememberer.create(),
                "bench",
                Journal.setup(database).and(BootstrapSetup.create(Journal.settings(ConfigFactory.load(), database))));
    }

    private static void end(ActorSystem<?> system) {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }

    private static long remember(ActorSystem<Rememberer.Remember> actor) {
        long began = System.nanoTime();
        AskPattern.ask(actor, (ActorRef<String> me) -> new Rememberer.Remember(PAYLOAD, me), LONGEST, actor.scheduler())
                .toCompletableFuture()
                .join();
        return micros(began);
    }

    private static long insert(Connection plain) throws SQLException {
        long began = System.nanoTime();
        try (PreparedStatement statement = plain.prepareStatement("INSERT INTO plain (payload) VALUES (?)")) {
            statement.setBytes(1, PAYLOAD.getBytes(StandardCharsets.UTF_8));
            statement.executeUpdate();
        }
        return micros(began);
    }

    private static long micros(long began) {
        return (System.nanoTime() - began) / 1000;
    }
}
