package org.turing.runtime.actors;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.apache.pekko.actor.UnhandledMessage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.Chain;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.DeclaredInbox;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.domain.Model;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.Relation;
import org.turing.runtime.domain.Rerun;
import org.turing.runtime.domain.StatusChange;
import org.turing.runtime.domain.Subject;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.InboxFault;
import org.turing.runtime.ports.InboxShape;
import org.turing.runtime.ports.Inboxes;
import org.turing.runtime.ports.LeaseLapsed;
import org.turing.runtime.ports.Notifications;
import org.turing.runtime.ports.Registry;
import org.turing.runtime.ports.RuntimeLease;
import org.turing.runtime.ports.ScriptHost;
import org.turing.runtime.ports.TicketLedger;

/**
 * A database, scripts and a registry in memory, with one table of subjects and their statuses: what the actors are
 * tested against. The database may be away, the lease may lapse, looks may fail.
 */
final class FakeWorld implements AutoCloseable {

    static final Relation TABLE = new Relation("public", "owl");

    private final Map<String, String> statuses = new LinkedHashMap<>();
    private final Map<Long, TaskType> taskTypes = new LinkedHashMap<>();
    private final Map<String, Integer> models = new HashMap<>();
    private final Map<Long, Claim> claims = new HashMap<>();
    private final Map<String, Instant> backingOff = new HashMap<>();
    private final Map<String, Integer> attempts = new HashMap<>();
    private final Set<String> dead = new HashSet<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Object> unhandled = new CopyOnWriteArrayList<>();
    private long tickets;

    final List<Interval> intervals = new CopyOnWriteArrayList<>();
    final List<FinishedRun> recorded = new CopyOnWriteArrayList<>();
    final List<String> cancelled = new CopyOnWriteArrayList<>();
    final AtomicInteger looks = new AtomicInteger();
    final AtomicInteger examinations = new AtomicInteger();
    volatile boolean databaseDown;
    volatile boolean leaseStands = true;
    volatile Duration renewEvery = Duration.ofMillis(200);
    volatile @Nullable Consumer<TaskType> onFind;
    volatile @Nullable Consumer<TaskType> onExamine;
    volatile @Nullable Consumer<TaskType> onClaim;
    volatile @Nullable Consumer<TaskType> onSettle;
    volatile @Nullable Runnable onRenew;
    /** So many claims are made whose makers never hear of it: the connection breaks at the commit. */
    final AtomicInteger answersLost = new AtomicInteger();
    /** Looks that were asked with what was found out about another registration. */
    final List<String> mismatches = new CopyOnWriteArrayList<>();

    volatile BiFunction<TaskType, Claim, CompletionStage<Outcome>> script =
            (t, c) -> CompletableFuture.completedFuture(new Outcome.Succeeded(null, null));
    private volatile @Nullable Consumer<Notifications.Notice> listener;
    private @Nullable RuntimeActors actors;

    /** When a task type worked on a subject. */
    record Interval(String taskType, String subject, long from, long to) {}

    /** The world as the actors see it. */
    Ports ports() {
        return new Ports(
                new FakeRegistry(),
                new FakeInboxes(),
                new FakeLedger(),
                new FakeLease(),
                Instant::now,
                this::listen,
                new FakeScripts());
    }

    RuntimeActors start(RunSettings settings) {
        RuntimeActors started = RuntimeActors.start(
                ports(),
                settings,
                ConfigFactory.parseString("pekko.loglevel = WARNING, pekko.actor.debug.unhandled = on")
                        .withFallback(ConfigFactory.load()));
        ActorRef<UnhandledMessage> watcher = started.system()
                .systemActorOf(
                        Behaviors.receiveMessage(m -> {
                            unhandled.add(m.message());
                            return Behaviors.same();
                        }),
                        "unhandled",
                        Props.empty());
        started.system().eventStream().tell(new EventStream.Subscribe<>(UnhandledMessage.class, watcher));
        actors = started;
        return started;
    }

    private Notifications.Subscription listen(Consumer<Notifications.Notice> heard) {
        listener = heard;
        heard.accept(new Notifications.Notice.Listening());
        return () -> listener = null;
    }

    static RunSettings settings() {
        return settings(false, 0, Set.of(), true);
    }

    static RunSettings runOnce() {
        return settings(true, 0, Set.of(), true);
    }

    static RunSettings settings(boolean runOnce, long limit, Set<String> taskTypes, boolean claimsByItself) {
        return new RunSettings(
                taskTypes,
                null,
                limit,
                Set.of(),
                runOnce,
                claimsByItself,
                "test",
                "test-host",
                2,
                Duration.ofMillis(20),
                Duration.ofMillis(500),
                Duration.ofMillis(500),
                Duration.ofMillis(50),
                Duration.ofSeconds(2),
                Duration.ofSeconds(20),
                Duration.ofMillis(500));
    }

    synchronized void subjects(String status, int count) {
        for (int i = 0; i < count; i++) {
            statuses.put("s" + (statuses.size() + 1), status);
        }
    }

    synchronized long inStatus(String status) {
        return statuses.values().stream().filter(status::equals).count();
    }

    synchronized int liveClaims() {
        return claims.size();
    }

    synchronized void put(TaskType taskType) {
        taskTypes.put(taskType.id(), taskType);
    }

    synchronized void remove(long id) {
        taskTypes.remove(id);
    }

    synchronized void model(String name, int slots) {
        models.put(name, slots);
    }

    void tell(Notifications.Notice notice) {
        Consumer<Notifications.Notice> now = listener;
        if (now != null) {
            now.accept(notice);
        }
    }

    static TaskType step(long id, String name, @Nullable String model, String from, String to) {
        return new TaskType(
                id,
                name,
                "",
                "test",
                true,
                null,
                new DeclaredInbox("owl", "id", "status", from, List.of(to)),
                name + ".py",
                model,
                List.of(),
                List.of(),
                ExecutionType.WORKER,
                null,
                10,
                null,
                0,
                null,
                Duration.ofSeconds(10),
                3,
                Duration.ofMillis(10),
                Rerun.ON_RETURN,
                null);
    }

    /** A script that takes so long for every subject. */
    BiFunction<TaskType, Claim, CompletionStage<Outcome>> taking(Duration time) {
        return (t, c) -> CompletableFuture.supplyAsync(
                () -> new Outcome.Succeeded(null, null),
                CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS, threads));
    }

    /** Whether the two ever worked at the same moment, on different subjects. */
    boolean overlapped(String one, String other) {
        return intervals.stream()
                .filter(a -> a.taskType().equals(one))
                .anyMatch(a -> intervals.stream()
                        .filter(b -> b != a && b.taskType().equals(other))
                        .anyMatch(b -> a.from() < b.to() && b.from() < a.to()));
    }

    @Override
    public void close() {
        RuntimeActors running = actors;
        if (running != null) {
            running.close();
        }
        threads.shutdownNow();
        if (!unhandled.isEmpty()) {
            throw new AssertionError("messages that nobody handles: " + unhandled);
        }
    }

    private static void call(@Nullable Consumer<TaskType> hook, TaskType taskType) {
        if (hook != null) {
            hook.accept(taskType);
        }
    }

    private void weather() {
        if (databaseDown) {
            throw new DatabaseUnavailable("the fake database is down", new IllegalStateException("down"));
        }
    }

    private boolean free(TaskType taskType, String id) {
        String key = taskType.id() + "/" + id;
        Instant notBefore = backingOff.get(key);
        return !dead.contains(key)
                && (notBefore == null || !notBefore.isAfter(Instant.now()))
                && claims.values().stream()
                        .noneMatch(c -> c.taskTypeId() == taskType.id()
                                && c.subject().id().equals(id));
    }

    private List<Candidate> inboxOf(TaskType taskType, Set<String> only) {
        return statuses.entrySet().stream()
                .filter(e -> e.getValue().equals(taskType.declaredInbox().inboxStatus()))
                .filter(e -> only.isEmpty() || only.contains(e.getKey()))
                .filter(e -> free(taskType, e.getKey()))
                .map(e -> new Candidate(new Subject("owl", e.getKey()), "{}"))
                .toList();
    }

    private final class FakeRegistry implements Registry {
        @Override
        public Contents read() {
            weather();
            synchronized (FakeWorld.this) {
                List<Model> rows = models.entrySet().stream()
                        .map(e -> new Model(e.getKey(), e.getValue()))
                        .toList();
                return new Contents(List.copyOf(taskTypes.values()), rows, List.of());
            }
        }
    }

    private final class FakeInboxes implements Inboxes {
        @Override
        public InboxShape examine(TaskType taskType) throws InboxFault {
            weather();
            examinations.incrementAndGet();
            call(onExamine, taskType);
            if (taskType.scriptPath().contains("bad-query")) {
                throw new InboxFault("task type '" + taskType.name() + "': work_query failed: syntax error");
            }
            return new InboxShape(taskType.scriptPath(), "id", "text", "owl", false, Set.of(TABLE), false, false, null);
        }

        @Override
        public Found find(TaskType taskType, InboxShape shape, int wanted, Set<String> only) throws InboxFault {
            weather();
            if (taskType.scriptPath().contains("endless-query")) {
                throw new InboxFault("task type '" + taskType.name() + "': work_query failed: ran too long");
            }
            looks.incrementAndGet();
            if (!shape.query().equals(taskType.scriptPath())) {
                mismatches.add(taskType.scriptPath() + " by " + shape.query());
            }
            List<Candidate> all;
            synchronized (FakeWorld.this) {
                all = inboxOf(taskType, only);
            }
            call(onFind, taskType);
            synchronized (FakeWorld.this) {
                List<Candidate> some = all.subList(0, Math.min(wanted, all.size()));
                return new Found(some, "1:1:", all.size() > some.size(), false, 0, 0, Duration.ZERO);
            }
        }

        @Override
        public Candidate named(TaskType taskType, InboxShape shape, String subjectId) {
            weather();
            synchronized (FakeWorld.this) {
                List<Candidate> found = inboxOf(taskType, Set.of(subjectId));
                return found.isEmpty() ? new Candidate(new Subject("owl", subjectId), "{}") : found.get(0);
            }
        }

        @Override
        public Set<String> present(TaskType taskType, InboxShape shape, Collection<String> ids) {
            return Set.of();
        }

        @Override
        public long count(TaskType taskType, InboxShape shape, int atMost) {
            weather();
            synchronized (FakeWorld.this) {
                return inboxOf(taskType, Set.of()).size();
            }
        }
    }

    private final class FakeLedger implements TicketLedger {
        @Override
        public List<Claim> claim(TaskType taskType, List<Candidate> candidates, String snapshot) throws LeaseLapsed {
            weather();
            call(onClaim, taskType);
            if (!leaseStands) {
                throw new LeaseLapsed("lapsed");
            }
            synchronized (FakeWorld.this) {
                List<Claim> made = new ArrayList<>();
                for (Candidate candidate : candidates) {
                    if (free(taskType, candidate.subject().id())) {
                        made.add(make(taskType, candidate));
                    }
                }
                if (answersLost.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    throw new DatabaseUnavailable(
                            "the connection broke at the commit", new IllegalStateException("gone"));
                }
                return made;
            }
        }

        private Claim make(TaskType taskType, Candidate candidate) {
            long id = ++tickets;
            String key = taskType.id() + "/" + candidate.subject().id();
            Claim claim = new Claim(
                    id,
                    id,
                    taskType.id(),
                    candidate.subject(),
                    attempts.getOrDefault(key, 0) + 1,
                    new Chain(new UUID(0, id), 0),
                    taskType.requiresModel(),
                    candidate.fields());
            claims.put(id, claim);
            return claim;
        }

        @Override
        public @Nullable Claim claimByHand(TaskType taskType, Candidate candidate) {
            weather();
            synchronized (FakeWorld.this) {
                return free(taskType, candidate.subject().id()) ? make(taskType, candidate) : null;
            }
        }

        @Override
        public List<Verdict> record(List<Entry> entries) {
            weather();
            synchronized (FakeWorld.this) {
                return entries.stream().map(this::settle).toList();
            }
        }

        private Verdict settle(Entry entry) {
            Claim claim = entry.run().claim();
            if (claims.remove(claim.ticketId()) == null) {
                return new Verdict.Stale(claim.ticketId());
            }
            recorded.add(entry.run());
            Outcome outcome = entry.run().outcome();
            String key = claim.taskTypeId() + "/" + claim.subject().id();
            if (outcome instanceof Outcome.Succeeded) {
                return succeed(entry.taskType(), claim);
            }
            if (outcome instanceof Outcome.Failed failed) {
                attempts.merge(key, 1, Integer::sum);
                if (attempts.get(key) < entry.taskType().maxAttempts() && failed.retry()) {
                    return again(claim, key, failed.error());
                }
            }
            if (outcome instanceof Outcome.Unrunnable unrunnable) {
                return again(claim, key, unrunnable.error());
            }
            dead.add(key);
            TicketStatus status = outcome instanceof Outcome.Failed
                    ? TicketStatus.DEAD
                    : outcome instanceof Outcome.Skipped ? TicketStatus.SKIPPED : TicketStatus.CANCELLED;
            return new Verdict.Written(claim.ticketId(), status, null, null, null);
        }

        private Verdict succeed(TaskType taskType, Claim claim) {
            DeclaredInbox inbox = taskType.declaredInbox();
            String to = inbox.outboxStatuses().get(0);
            if (!inbox.inboxStatus().equals(statuses.get(claim.subject().id()))) {
                return new Verdict.Written(claim.ticketId(), TicketStatus.OVERTAKEN, null, null, null);
            }
            statuses.put(claim.subject().id(), to);
            return new Verdict.Written(
                    claim.ticketId(), TicketStatus.COMPLETED, null, null, new StatusChange(TABLE, to));
        }

        private Verdict again(Claim claim, String key, String error) {
            Instant at = Instant.now().plusMillis(20);
            backingOff.put(key, at);
            return new Verdict.Written(claim.ticketId(), TicketStatus.FAILED, error, at, null);
        }

        @Override
        public void giveBack(Collection<Claim> given) {
            weather();
            synchronized (FakeWorld.this) {
                given.forEach(claim -> claims.remove(claim.ticketId()));
            }
        }

        @Override
        public int giveBackAllBut(long taskTypeId, Set<Long> kept) {
            weather();
            synchronized (FakeWorld.this) {
                int before = claims.size();
                claims.values().removeIf(c -> c.taskTypeId() == taskTypeId && !kept.contains(c.ticketId()));
                return before - claims.size();
            }
        }

        @Override
        public Standing settle(TaskType taskType, InboxShape shape) {
            weather();
            call(onSettle, taskType);
            synchronized (FakeWorld.this) {
                String mine = taskType.id() + "/";
                List<Instant> waiting = backingOff.entrySet().stream()
                        .filter(e -> e.getKey().startsWith(mine) && e.getValue().isAfter(Instant.now()))
                        .map(Map.Entry::getValue)
                        .sorted()
                        .toList();
                long given = dead.stream().filter(d -> d.startsWith(mine)).count();
                return new Standing(waiting.size(), waiting.isEmpty() ? null : waiting.get(0), 0, 0, 0, given, 0);
            }
        }

        @Override
        public Rescued rescue() {
            weather();
            return new Rescued(0, 0, Set.of());
        }

        @Override
        public void housekeep() {
            weather();
        }
    }

    private final class FakeLease implements RuntimeLease {
        private long identity;

        @Override
        public long begin() {
            weather();
            leaseStands = true;
            return ++identity;
        }

        @Override
        public boolean renew() {
            Runnable hook = onRenew;
            if (hook != null) {
                hook.run();
            }
            weather();
            return leaseStands;
        }

        @Override
        public Duration lasts() {
            return renewEvery.multipliedBy(4);
        }

        @Override
        public Duration renewEvery() {
            return renewEvery;
        }

        @Override
        public void end() {
            weather();
        }
    }

    private final class FakeScripts implements ScriptHost {
        @Override
        public ScriptFacts examine(TaskType taskType) throws ScriptFault {
            if (taskType.scriptPath().contains("missing")) {
                throw new ScriptFault("task type '" + taskType.name() + "': its script is missing");
            }
            return new ScriptFacts(taskType.executionType(), "0".repeat(64), false);
        }

        @Override
        public Run run(TaskType taskType, List<Claim> batch, Listener to) {
            FakeRun run = new FakeRun(batch.get(0));
            threads.execute(() -> run.go(taskType, to));
            return run;
        }

        @Override
        public void retire(long taskTypeId) {
            // warm workers are not part of this world
        }

        @Override
        public void close() {
            // nothing is left running
        }
    }

    private final class FakeRun implements ScriptHost.Run {
        private final CompletableFuture<Void> clear = new CompletableFuture<>();
        private final CompletableFuture<Outcome> ended = new CompletableFuture<>();
        private final Claim claim;

        FakeRun(Claim claim) {
            this.claim = claim;
        }

        void go(TaskType taskType, ScriptHost.Listener to) {
            long from = System.nanoTime();
            to.started(claim);
            script.apply(taskType, claim)
                    .whenComplete((outcome, failure) -> ended.complete(
                            failure == null ? outcome : new Outcome.Failed(failure.getMessage(), true, null)));
            ended.thenAccept(outcome -> {
                intervals.add(new Interval(taskType.name(), claim.subject().id(), from, System.nanoTime()));
                to.finished(claim, new ScriptHost.Result(outcome, FinishedRun.RunLog.EMPTY));
                clear.complete(null);
            });
        }

        @Override
        public CompletionStage<Void> clear() {
            return clear;
        }

        @Override
        public void cancel(String reason) {
            cancelled.add(claim.subject().id());
            ended.complete(new Outcome.Cancelled(reason));
        }
    }
}
