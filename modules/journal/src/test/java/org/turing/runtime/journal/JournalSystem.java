package org.turing.runtime.journal;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.awaitility.Awaitility;
import org.turing.runtime.database.Database;

/** An actor system whose event-sourced actors are remembered in a database. */
final class JournalSystem implements AutoCloseable {

    /** Longer than anything takes that works. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Who hears nothing for so long asks again. */
    static final Duration AGAIN = Duration.ofSeconds(2);

    private final ActorSystem<Void> system;
    private final AtomicInteger recoveries = new AtomicInteger();

    JournalSystem(Database database) {
        system = ActorSystem.create(
                Behaviors.<Void>empty(),
                "journal",
                Journal.setup(database).and(BootstrapSetup.create(Journal.settings(ConfigFactory.load(), database))));
    }

    ActorSystem<Void> system() {
        return system;
    }

    ActorRef<Notebook.Command> notebook(String id) {
        return system.systemActorOf(Notebook.create(id, recoveries), "notebook-" + id, Props.empty());
    }

    /** How often notebooks have read what they noted. */
    int recoveries() {
        return recoveries.get();
    }

    /** Fails if no answer comes in time. */
    CompletionStage<String> asked(ActorRef<Notebook.Command> notebook, int number, Duration patience) {
        return AskPattern.ask(
                notebook, (ActorRef<String> me) -> new Notebook.Note(number, me), patience, system.scheduler());
    }

    /** Asks until the number is noted; returns all that is. */
    String note(ActorRef<Notebook.Command> notebook, int number) {
        return Awaitility.await("number " + number)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(1))
                .pollDelay(Duration.ZERO)
                .ignoreExceptionsInstanceOf(CompletionException.class)
                .until(
                        () -> asked(notebook, number, AGAIN)
                                .toCompletableFuture()
                                .join(),
                        all -> true);
    }

    /** Notes the numbers of a range, one after the other. */
    String note(ActorRef<Notebook.Command> notebook, int first, int last) {
        String all = "";
        for (int number = first; number <= last; number++) {
            all = note(notebook, number);
        }
        return all;
    }

    String read(ActorRef<Notebook.Command> notebook) {
        return AskPattern.ask(notebook, (ActorRef<String> me) -> new Notebook.Read(me), PATIENCE, system.scheduler())
                .toCompletableFuture()
                .join();
    }

    /** What a notebook says that noted these in order. */
    static String numbers(int last) {
        return IntStream.rangeClosed(1, last).mapToObj(number -> " " + number).collect(Collectors.joining());
    }

    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }
}
