package org.turing.runtime.actors.work;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.event.Progress;
import org.turing.runtime.actors.upkeep.RestObserver;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.StatusChange;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.TicketLedger;
import org.turing.runtime.ports.TicketLedger.Entry;
import org.turing.runtime.ports.TicketLedger.Verdict;

/**
 * Writes outcomes to the ledger in groups: what arrives while a group is being written forms the next one, so a lone
 * outcome is never held back and a busy system commits rarely. Keeps outcomes through database weather and tries again.
 * After each commit it publishes one {@link Progress}.
 */
public final class LedgerWriter extends AbstractBehavior<LedgerWriter.Command> {

    /** The most outcomes that one transaction writes. */
    private static final int LARGEST_GROUP = 500;

    private static final Duration LOCKED_ROW_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_WEATHER_PAUSE = Duration.ofSeconds(5);

    /** What the writer is asked. */
    public sealed interface Command {}

    /** Writes an outcome; the asker hears {@link Recorded} once it is settled. */
    public record Write(Entry entry, ActorRef<WorkerHost.RunEvent> replyTo) implements Command {}

    /** Which tickets of a task type wait to be written. */
    public record WhatWaits(long taskTypeId, ActorRef<Set<Long>> replyTo) implements Command {}

    /**
     * Tries everything that waits once more, at once, and answers what was left of it: nothing, what is locked by
     * others, or everything if the database can't serve.
     */
    public record Flush(ActorRef<Flushed> replyTo) implements Command {}

    /** What waits to be written, without a further try. */
    public record WhatIsUnwritten(ActorRef<Flushed> replyTo) implements Command {}

    /** Says when nothing waits to be written. */
    public record WhenEmpty(ActorRef<Empty> replyTo) implements Command {}

    private record Written(List<Write> group, List<Verdict> verdicts) implements Command {}

    private record Failed(List<Write> group, Throwable cause) implements Command {}

    private record Again(List<Write> writes) implements Command {}

    /** @param untried what has not been tried since it was asked for */
    private record Flushing(ActorRef<Flushed> replyTo, Set<Write> untried) {}

    private record Retry() implements Command {}

    /** Nothing waits to be written. */
    public record Empty() {}

    /**
     * @param left outcomes that still wait, one line each
     * @param weather why the database can't serve, or null if it answered
     */
    public record Flushed(List<String> left, @Nullable String weather) {}

    /** How the ledger settled an outcome: written, or stale. */
    public record Recorded(Verdict verdict) implements WorkerHost.RunEvent {}

    private final TicketLedger ledger;
    private final Unwritten unwritten;
    private final Blocking database;
    private final ActorRef<RestObserver.Command> rest;
    private final TimerScheduler<Command> timers;
    private final Deque<Write> waiting = new ArrayDeque<>();
    private final Set<Write> delayed = identitySet();
    private final List<ActorRef<Empty>> emptyWatchers = new ArrayList<>();
    private final List<Flushing> flushing = new ArrayList<>();
    private List<Write> writing = List.of();
    private @Nullable String weather;
    private int failures;
    private boolean puzzled;

    /**
     * @param unwritten where what waits is counted
     * @param rest hears of every commit
     */
    public static Behavior<Command> create(
            TicketLedger ledger, Unwritten unwritten, ActorRef<RestObserver.Command> rest) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new LedgerWriter(context, timers, ledger, unwritten, rest)));
    }

    private LedgerWriter(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            TicketLedger ledger,
            Unwritten unwritten,
            ActorRef<RestObserver.Command> rest) {
        super(context);
        context.setLoggerName(LedgerWriter.class);
        this.unwritten = unwritten;
        this.rest = rest;
        this.ledger = ledger;
        this.timers = timers;
        this.database = Blocking.database(context.getSystem());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Write.class, this::onWrite)
                .onMessage(Written.class, this::onWritten)
                .onMessage(Failed.class, this::onFailed)
                .onMessage(Again.class, this::onAgain)
                .onMessage(Retry.class, m -> writeNext())
                .onMessage(WhatWaits.class, this::onWhatWaits)
                .onMessage(Flush.class, this::onFlush)
                .onMessage(WhatIsUnwritten.class, this::onWhatIsUnwritten)
                .onMessage(WhenEmpty.class, this::onWhenEmpty)
                .build();
    }

    private Behavior<Command> onWrite(Write write) {
        unwritten.add(write.entry());
        waiting.add(write);
        return writeNext();
    }

    private Behavior<Command> writeNext() {
        if (!writing.isEmpty() || waiting.isEmpty() || timers.isTimerActive("weather")) {
            return this;
        }
        List<Write> group = new ArrayList<>();
        int largest = puzzled ? 1 : LARGEST_GROUP;
        while (group.size() < largest && !waiting.isEmpty()) {
            group.add(waiting.poll());
        }
        writing = group;
        List<Entry> entries = group.stream().map(Write::entry).toList();
        getContext()
                .pipeToSelf(
                        database.call(() -> ledger.record(entries)),
                        (verdicts, failure) ->
                                failure == null ? new Written(group, verdicts) : new Failed(group, failure));
        return this;
    }

    private Behavior<Command> onWritten(Written written) {
        long now = System.nanoTime();
        writing = List.of();
        failures = 0;
        weather = null;
        puzzled = false;
        Map<Long, Tally> tallies = new LinkedHashMap<>();
        List<Write> locked = new ArrayList<>();
        Map<Write, Verdict> settled = new IdentityHashMap<>();
        for (int i = 0; i < written.group().size(); i++) {
            Write write = written.group().get(i);
            Verdict verdict = written.verdicts().get(i);
            if (verdict instanceof Verdict.Delayed) {
                locked.add(write);
                continue;
            }
            if (verdict instanceof Verdict.Written outcome) {
                TaskType taskType = write.entry().taskType();
                tallies.computeIfAbsent(taskType.id(), id -> new Tally(taskType))
                        .add(outcome);
            }
            settled.put(write, verdict);
            unwritten.remove(write.entry());
        }
        putOff(locked, LOCKED_ROW_PAUSE);
        if (!settled.isEmpty()) {
            report(new Progress(now, tallies.values().stream().map(Tally::step).toList()));
        }
        settled.forEach((write, verdict) -> write.replyTo().tell(new Recorded(verdict)));
        tried(written.group());
        reportEmpty();
        return writeNext();
    }

    private void putOff(List<Write> writes, Duration pause) {
        if (!writes.isEmpty()) {
            delayed.addAll(writes);
            timers.startSingleTimer(writes, new Again(writes), pause);
        }
    }

    /**
     * Tells of what was committed, before those who asked hear of it: whoever is at rest after that must not look as if
     * nobody had anything new to read. A stale outcome counts too: a commit whose answer was lost may have written it.
     */
    private void report(Progress progress) {
        rest.tell(new RestObserver.Progressed(progress));
        if (!progress.steps().isEmpty()) {
            getContext().getSystem().eventStream().tell(new EventStream.Publish<>(progress));
        }
    }

    private Behavior<Command> onFailed(Failed failed) {
        writing = List.of();
        if (failed.cause() instanceof DatabaseUnavailable) {
            onWeather(failed);
        } else {
            onPuzzle(failed);
        }
        return writeNext();
    }

    private void onWeather(Failed failed) {
        weather = String.valueOf(failed.cause().getMessage());
        for (int i = failed.group().size() - 1; i >= 0; i--) {
            waiting.addFirst(failed.group().get(i));
        }
        if (failures == 0) {
            getContext().getLog().warn("{} outcome(s) wait for the database: {}", waiting.size(), weather);
        }
        long millis = Math.min(100L << Math.min(failures++, 10), LONGEST_WEATHER_PAUSE.toMillis());
        timers.startSingleTimer("weather", new Retry(), Duration.ofMillis(millis));
        tried(everything().toList());
    }

    /** Nobody foresaw this. One by one, what can't be written keeps the others from it no longer. */
    private void onPuzzle(Failed failed) {
        getContext().getLog().error("the ledger could not write outcomes; trying again", failed.cause());
        if (failed.group().size() == 1) {
            putOff(failed.group(), LONGEST_WEATHER_PAUSE);
            tried(failed.group());
        } else {
            failed.group().forEach(waiting::addFirst);
        }
        puzzled = true;
    }

    private Behavior<Command> onAgain(Again again) {
        again.writes().stream().filter(delayed::remove).forEach(waiting::add);
        return writeNext();
    }

    private Behavior<Command> onFlush(Flush flush) {
        waiting.addAll(delayed);
        delayed.clear();
        timers.cancel("weather");
        flushing.add(new Flushing(
                flush.replyTo(), everything().collect(Collectors.toCollection(LedgerWriter::identitySet))));
        tried(List.of());
        return writeNext();
    }

    private Behavior<Command> onWhatIsUnwritten(WhatIsUnwritten request) {
        request.replyTo().tell(flushed());
        return this;
    }

    private void tried(List<Write> group) {
        flushing.removeIf(request -> {
            group.forEach(request.untried()::remove);
            boolean over = request.untried().isEmpty();
            if (over) {
                request.replyTo().tell(flushed());
            }
            return over;
        });
    }

    private Flushed flushed() {
        return new Flushed(everything().map(LedgerWriter::describe).toList(), weather);
    }

    private static String describe(Write write) {
        Claim claim = write.entry().run().claim();
        return "ticket " + claim.ticketId() + " of task type '"
                + write.entry().taskType().name() + "', subject "
                + claim.subject().id() + ": its outcome was not written";
    }

    private static Set<Write> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private Behavior<Command> onWhatWaits(WhatWaits request) {
        request.replyTo()
                .tell(everything()
                        .filter(write -> write.entry().taskType().id() == request.taskTypeId())
                        .map(write -> write.entry().run().claim().ticketId())
                        .collect(Collectors.toSet()));
        return this;
    }

    private Behavior<Command> onWhenEmpty(WhenEmpty request) {
        emptyWatchers.add(request.replyTo());
        reportEmpty();
        return this;
    }

    private void reportEmpty() {
        if (everything().findAny().isEmpty()) {
            emptyWatchers.forEach(watcher -> watcher.tell(new Empty()));
            emptyWatchers.clear();
        }
    }

    private Stream<Write> everything() {
        return Stream.of(waiting.stream(), writing.stream(), delayed.stream()).flatMap(writes -> writes);
    }

    /** What one group did for one task type. */
    private static final class Tally {
        private final TaskType taskType;
        private final Set<StatusChange> changes = new HashSet<>();
        private int succeeded;

        Tally(TaskType taskType) {
            this.taskType = taskType;
        }

        void add(Verdict.Written outcome) {
            if (outcome.status() == TicketStatus.COMPLETED) {
                succeeded++;
            }
            StatusChange change = outcome.change();
            if (change != null) {
                changes.add(change);
            }
        }

        Progress.Step step() {
            return new Progress.Step(taskType, succeeded, changes);
        }
    }
}
