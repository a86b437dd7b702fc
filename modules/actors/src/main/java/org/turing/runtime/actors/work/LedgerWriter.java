package org.turing.runtime.actors.work;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
import org.turing.runtime.actors.event.Progress;
import org.turing.runtime.actors.upkeep.RestObserver;
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

    /** Says when nothing waits to be written. */
    public record WhenEmpty(ActorRef<Empty> replyTo) implements Command {}

    private record Written(List<Write> group, List<Verdict> verdicts) implements Command {}

    private record Failed(List<Write> group, Throwable cause) implements Command {}

    private record Again(List<Write> writes) implements Command {}

    private record Retry() implements Command {}

    /** Nothing waits to be written. */
    public record Empty() {}

    /** How the ledger settled an outcome: written, or stale. */
    public record Recorded(Verdict verdict) implements WorkerHost.RunEvent {}

    private final TicketLedger ledger;
    private final Blocking database;
    private final ActorRef<RestObserver.Command> rest;
    private final TimerScheduler<Command> timers;
    private final Deque<Write> waiting = new ArrayDeque<>();
    private final Set<Write> delayed = new HashSet<>();
    private final List<ActorRef<Empty>> emptyWatchers = new ArrayList<>();
    private List<Write> writing = List.of();
    private int failures;

    /** @param rest hears of every commit */
    public static Behavior<Command> create(TicketLedger ledger, ActorRef<RestObserver.Command> rest) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new LedgerWriter(context, timers, ledger, rest)));
    }

    private LedgerWriter(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            TicketLedger ledger,
            ActorRef<RestObserver.Command> rest) {
        super(context);
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
                .onMessage(WhenEmpty.class, this::onWhenEmpty)
                .build();
    }

    private Behavior<Command> onWrite(Write write) {
        waiting.add(write);
        return writeNext();
    }

    private Behavior<Command> writeNext() {
        if (!writing.isEmpty() || waiting.isEmpty() || timers.isTimerActive("weather")) {
            return this;
        }
        List<Write> group = new ArrayList<>();
        while (group.size() < LARGEST_GROUP && !waiting.isEmpty()) {
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
        }
        if (!locked.isEmpty()) {
            delayed.addAll(locked);
            timers.startSingleTimer(locked, new Again(locked), LOCKED_ROW_PAUSE);
        }
        if (!settled.isEmpty()) {
            report(new Progress(now, tallies.values().stream().map(Tally::step).toList()));
        }
        settled.forEach((write, verdict) -> write.replyTo().tell(new Recorded(verdict)));
        reportEmpty();
        return writeNext();
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
        if (!(failed.cause() instanceof DatabaseUnavailable)) {
            getContext().getLog().error("the ledger could not write outcomes; trying again", failed.cause());
        } else if (failures == 0) {
            getContext()
                    .getLog()
                    .warn(
                            "{} outcome(s) wait for the database: {}",
                            failed.group().size() + waiting.size(),
                            failed.cause().getMessage());
        }
        writing = List.of();
        for (int i = failed.group().size() - 1; i >= 0; i--) {
            waiting.addFirst(failed.group().get(i));
        }
        long millis = Math.min(100L << Math.min(failures++, 10), LONGEST_WEATHER_PAUSE.toMillis());
        timers.startSingleTimer("weather", new Retry(), Duration.ofMillis(millis));
        return this;
    }

    private Behavior<Command> onAgain(Again again) {
        again.writes().forEach(delayed::remove);
        waiting.addAll(again.writes());
        return writeNext();
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
