package org.turing.runtime.actors.work;

import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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
import org.turing.runtime.actors.work.Backlog.Group;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.TicketLedger;
import org.turing.runtime.ports.TicketLedger.Entry;
import org.turing.runtime.ports.TicketLedger.Verdict;

/**
 * Writes outcomes to the ledger in groups: what arrives while a group is being written forms the next one, so a lone
 * outcome is never held back and a busy system commits rarely. Keeps outcomes through database weather and tries again.
 * Those of a task type whose status changes take too long are written beside the others, who do not wait for them.
 * After each commit it publishes one {@link Progress}.
 */
public final class LedgerWriter extends AbstractBehavior<LedgerWriter.Command> {

    private static final Duration LOCKED_ROW_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_WEATHER_PAUSE = Duration.ofSeconds(5);

    /** What the writer is asked. */
    public sealed interface Command {}

    /** Writes an outcome; the asker hears {@link Recorded} once it is settled. */
    public record Write(Entry entry, ActorRef<WorkerHost.RunEvent> replyTo) implements Command {}

    /**
     * Tries everything that waits once more, at once, and answers what was left of it: nothing, what is locked by
     * others, or everything if the database can't serve.
     */
    public record Flush(ActorRef<Flushed> replyTo) implements Command {}

    /** What waits to be written, without a further try. */
    public record WhatIsUnwritten(ActorRef<Flushed> replyTo) implements Command {}

    /** Says when nothing waits to be written. */
    public record WhenEmpty(ActorRef<Empty> replyTo) implements Command {}

    private record Written(Group group, List<Verdict> verdicts) implements Command {}

    private record Failed(Group group, Throwable cause) implements Command {}

    private record Again(List<Write> writes) implements Command {}

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
    private final Backlog backlog = new Backlog();
    private final Flushes flushes = new Flushes();
    private final List<ActorRef<Empty>> emptyWatchers = new ArrayList<>();
    private @Nullable String weather;
    private int failures;

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
                .onMessage(Flush.class, this::onFlush)
                .onMessage(WhatIsUnwritten.class, this::onWhatIsUnwritten)
                .onMessage(WhenEmpty.class, this::onWhenEmpty)
                .build();
    }

    private Behavior<Command> onWrite(Write write) {
        unwritten.add(write.entry());
        backlog.add(write);
        return writeNext();
    }

    private Behavior<Command> writeNext() {
        if (timers.isTimerActive("weather")) {
            return this;
        }
        long now = System.nanoTime();
        Group group = backlog.next(now);
        if (group != null) {
            write(group, ledger::record);
        }
        Group apart = backlog.nextApart(now);
        if (apart != null) {
            write(apart, ledger::recordPatiently);
        }
        Duration pause = backlog.untilApartDue(now);
        if (pause != null) {
            timers.startSingleTimer("slow", new Retry(), pause);
        }
        return this;
    }

    private void write(Group group, Function<List<Entry>, List<Verdict>> recording) {
        List<Entry> entries = group.writes().stream().map(Write::entry).toList();
        getContext()
                .pipeToSelf(
                        database.call(() -> recording.apply(entries)),
                        (verdicts, failure) ->
                                failure == null ? new Written(group, verdicts) : new Failed(group, failure));
    }

    private Behavior<Command> onWritten(Written written) {
        long now = System.nanoTime();
        Group group = written.group();
        backlog.over(group);
        if (!group.apart()) {
            backlog.oneByOne(false);
        }
        failures = 0;
        weather = null;
        Map<Long, Tally> tallies = new LinkedHashMap<>();
        Map<Write, Verdict> settled = new IdentityHashMap<>();
        Map<Write, Verdict.Delayed> left = new LinkedHashMap<>();
        for (int i = 0; i < group.writes().size(); i++) {
            Write write = group.writes().get(i);
            Verdict verdict = written.verdicts().get(i);
            if (verdict instanceof Verdict.Delayed late) {
                left.put(write, late);
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
        keep(group, left, now);
        if (!settled.isEmpty()) {
            report(new Progress(now, tallies.values().stream().map(Tally::step).toList()));
        }
        settled.forEach((write, verdict) -> write.replyTo().tell(new Recorded(verdict)));
        tried(group.writes());
        reportEmpty();
        return writeNext();
    }

    private void keep(Group group, Map<Write, Verdict.Delayed> left, long now) {
        if (group.apart()) {
            if (backlog.triedApart(group, List.copyOf(left.keySet()), now)) {
                getContext()
                        .getLog()
                        .info(
                                "task type '{}': its outcomes are written with the others again",
                                group.writes().get(0).entry().taskType().name());
            }
            return;
        }
        List<Write> locked = new ArrayList<>();
        left.forEach((write, late) -> {
            if (late.slow()) {
                apart(write, late.reason());
            } else {
                locked.add(write);
            }
        });
        putOff(locked, LOCKED_ROW_PAUSE);
    }

    private void apart(Write write, String reason) {
        TaskType taskType = write.entry().taskType();
        if (!backlog.isSlow(write)) {
            getContext()
                    .getLog()
                    .warn(
                            "task type '{}': its status changes take long (a trigger on its table that waits?), its"
                                    + " outcomes are written apart from the others: {}",
                            taskType.name(),
                            reason);
        }
        backlog.setApart(write);
    }

    private void putOff(List<Write> writes, Duration pause) {
        if (!writes.isEmpty()) {
            backlog.putOff(writes);
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
        backlog.over(failed.group());
        if (failed.cause() instanceof DatabaseUnavailable) {
            onWeather(failed);
        } else {
            onPuzzle(failed);
        }
        return writeNext();
    }

    private void onWeather(Failed failed) {
        weather = String.valueOf(failed.cause().getMessage());
        backlog.putBack(failed.group());
        if (failures == 0) {
            getContext()
                    .getLog()
                    .warn(
                            "{} outcome(s) wait for the database: {}",
                            backlog.everything().count(),
                            weather);
        }
        long millis = Math.min(100L << Math.min(failures++, 10), LONGEST_WEATHER_PAUSE.toMillis());
        timers.startSingleTimer("weather", new Retry(), Duration.ofMillis(millis));
        tried(backlog.everything().toList());
    }

    /** Nobody foresaw this. One by one, what can't be written keeps the others from it no longer. */
    private void onPuzzle(Failed failed) {
        getContext().getLog().error("the ledger could not write outcomes; trying again", failed.cause());
        Group group = failed.group();
        if (group.apart()) {
            backlog.triedApart(group, group.writes(), System.nanoTime());
            tried(group.writes());
            return;
        }
        if (group.writes().size() == 1) {
            putOff(group.writes(), LONGEST_WEATHER_PAUSE);
            tried(group.writes());
        } else {
            backlog.putBack(group);
        }
        backlog.oneByOne(true);
    }

    private Behavior<Command> onAgain(Again again) {
        backlog.again(again.writes());
        return writeNext();
    }

    private Behavior<Command> onFlush(Flush flush) {
        backlog.gather();
        timers.cancel("weather");
        flushes.add(flush.replyTo(), backlog.everything());
        tried(List.of());
        return writeNext();
    }

    private Behavior<Command> onWhatIsUnwritten(WhatIsUnwritten request) {
        request.replyTo().tell(flushed());
        return this;
    }

    private void tried(List<Write> group) {
        flushes.tried(group, this::flushed);
    }

    private Flushed flushed() {
        return new Flushed(backlog.everything().map(LedgerWriter::describe).toList(), weather);
    }

    private static String describe(Write write) {
        Claim claim = write.entry().run().claim();
        return "ticket " + claim.ticketId() + " of task type '"
                + write.entry().taskType().name() + "', subject "
                + claim.subject().id() + ": its outcome was not written";
    }

    private Behavior<Command> onWhenEmpty(WhenEmpty request) {
        emptyWatchers.add(request.replyTo());
        reportEmpty();
        return this;
    }

    private void reportEmpty() {
        if (backlog.isEmpty()) {
            emptyWatchers.forEach(watcher -> watcher.tell(new Empty()));
            emptyWatchers.clear();
        }
    }
}
