package org.turing.runtime.actors;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.pekko.actor.UnhandledMessage;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.cluster.ArbiterSetup;
import org.turing.runtime.actors.cluster.ClusterSettings;
import org.turing.runtime.actors.cluster.FakeArbiter;
import org.turing.runtime.actors.work.Unwritten;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.domain.Model;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.Relation;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.breaker.BreakerSettings;
import org.turing.runtime.domain.pace.RunTimeout;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.Notifications;
import org.turing.runtime.ports.Registry;
import org.turing.runtime.ports.RuntimeLease;

/**
 * A database, scripts and a registry in memory, with one table of subjects and their statuses: what the actors are
 * tested against. The database may be away, the lease may lapse, looks may fail. Whoever reads or changes more than one
 * thing in it holds this object's lock.
 */
final class FakeWorld implements AutoCloseable {

    static final Relation TABLE = new Relation("public", "owl");

    private static final String OURS = "org.turing.";

    /** Nodes of one process meet sooner; at its end a test closes all at once, which would wait for each other. */
    private static final String CONFIG = """
            pekko.loglevel = WARNING
            pekko.actor.debug.unhandled = on
            pekko.cluster {
              seed-node-timeout = 500ms
              gossip-interval = 200ms
              leader-actions-interval = 200ms
              sharding.rebalance-interval = 1s
            }
            pekko.coordinated-shutdown.phases {
              cluster-sharding-shutdown-region.timeout = 2s
              cluster-exiting.timeout = 2s
            }
            """;

    private static final BreakerSettings BREAKERS =
            new BreakerSettings(3, Duration.ofMillis(200), Duration.ofSeconds(2));

    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(20);

    private static final WorkerHost.Offer OFFER = offer("test-host");

    private final Map<String, String> statuses = new LinkedHashMap<>();
    private final Map<Long, TaskType> taskTypes = new LinkedHashMap<>();
    private final Set<Long> paused = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> models = new HashMap<>();
    private final Map<String, String> servers = new HashMap<>();
    private final FakeLedger ledger = new FakeLedger(this);
    private final List<Object> unhandled = new CopyOnWriteArrayList<>();
    private final List<Consumer<Notifications.Notice>> listeners = new CopyOnWriteArrayList<>();
    private final List<RuntimeActors> started = new CopyOnWriteArrayList<>();
    private final FakeCluster cluster = new FakeCluster();
    private final FakeArbiter arbiter = new FakeArbiter();

    final ExecutorService threads = Executors.newCachedThreadPool();

    final List<Interval> intervals = new CopyOnWriteArrayList<>();
    final List<FinishedRun> recorded = new CopyOnWriteArrayList<>();
    final List<String> cancelled = new CopyOnWriteArrayList<>();
    /** What the housekeeper asked the ledger for, in order. */
    final List<String> housekeeping = new CopyOnWriteArrayList<>();

    final AtomicInteger looks = new AtomicInteger();
    final AtomicInteger looksTogether = new AtomicInteger();
    /** By which inboxes were asked, for one task type or many. */
    final AtomicInteger roundTrips = new AtomicInteger();

    final AtomicInteger examinations = new AtomicInteger();
    /** Looks that were asked with what was found out about another registration. */
    final List<String> mismatches = new CopyOnWriteArrayList<>();

    /** Every subject's row. */
    volatile String row = "{}";

    volatile boolean databaseDown;
    volatile boolean leaseStands = true;
    volatile Duration renewEvery = Duration.ofMillis(200);
    /** So many claims are made whose makers never hear of it: the connection breaks at the commit. */
    final AtomicInteger answersLost = new AtomicInteger();

    /** The registry was read, and what it said has yet to reach who asked. */
    volatile Runnable onRead = () -> {};

    volatile Consumer<TaskType> onFind = taskType -> {};
    /** Inboxes were looked into together, and what was found has yet to reach who asked. */
    volatile Runnable onLookTogether = () -> {};

    volatile Consumer<TaskType> onExamine = taskType -> {};
    volatile Consumer<TaskType> onClaim = taskType -> {};
    /** Claims are made and stand, and the answer has yet to reach who made them. */
    volatile Consumer<TaskType> onClaimed = taskType -> {};

    /** Whether the row is locked: its outcome can't be written for now. */
    volatile Predicate<Claim> locked = claim -> false;

    /** Whether its status change takes longer than others can wait. */
    volatile Predicate<Claim> hangs = claim -> false;

    /** What writing such outcomes patiently waits for. */
    volatile Runnable onPatience = () -> {};

    /** Whether writing its outcome fails in a way that nobody foresaw. */
    volatile Predicate<Claim> chokesOn = claim -> false;

    /** What the history says of the runs of any task type. */
    volatile Supplier<RunTimeout.Times> runTimes = () -> RunTimeout.Times.NONE;

    volatile Consumer<TaskType> onSettle = taskType -> {};
    volatile Runnable onRenew = () -> {};
    /** What was started is seen to be gone only when this is complete. */
    volatile CompletionStage<Void> endless = CompletableFuture.completedFuture(null);

    volatile Runnable onCancel = () -> {};
    /** Whether scripts go on although they are told to end. */
    volatile boolean deafScripts;

    /** Runtimes that drain. */
    final Set<Long> draining = ConcurrentHashMap.newKeySet();

    /** The latest epoch of each model's gate. */
    final Map<String, Long> epochs = new ConcurrentHashMap<>();

    final AtomicInteger leasesEnded = new AtomicInteger();
    /** The latest identity that any runtime took. */
    final AtomicLong identities = new AtomicLong();

    volatile BiFunction<TaskType, Claim, CompletionStage<Outcome>> script =
            (t, c) -> CompletableFuture.completedFuture(new Outcome.Succeeded(null, null));

    /** When a task type worked on a subject. */
    record Interval(String taskType, String subject, long from, long to) {}

    /** The world as the actors see it. */
    Ports ports() {
        return new Ports(
                new Rows(),
                new FakeInboxes(this, ledger),
                ledger,
                new FakeLease(this),
                Instant::now,
                this::listen,
                new FakeScripts(this),
                model -> epochs.merge(model, 1L, Long::sum),
                cluster);
    }

    RuntimeActors start(RunSettings settings) {
        return start(settings, ClusterSettings.OF_ONE);
    }

    RuntimeActors start(RunSettings settings, ClusterSettings place) {
        RuntimeActors actors = RuntimeActors.start(
                ports(),
                settings,
                place,
                ConfigFactory.parseString(CONFIG).withFallback(ConfigFactory.load()),
                ActorSystemSetup.create(new ArbiterSetup(arbiter)));
        ActorRef<UnhandledMessage> watcher = actors.system()
                .systemActorOf(
                        Behaviors.receiveMessage(m -> {
                            if (m.message().getClass().getName().startsWith(OURS)) { // Pekko has its own, at its end
                                unhandled.add(m.message());
                            }
                            return Behaviors.same();
                        }),
                        "unhandled",
                        Props.empty());
        actors.system().eventStream().tell(new EventStream.Subscribe<>(UnhandledMessage.class, watcher));
        started.add(actors);
        return actors;
    }

    static RunSettings settings() {
        return usual(OFFER, DRAIN_TIMEOUT, BREAKERS, Unwritten.Bounds.DEFAULT);
    }

    static RunSettings runOnce() {
        return settings(true, 0, Set.of(), true);
    }

    static RunSettings draining(Duration drainTimeout) {
        return usual(OFFER, drainTimeout, BREAKERS, Unwritten.Bounds.DEFAULT);
    }

    /** Breakers open after so many failures, and stay so for that long before each probe. */
    static RunSettings breaking(int failures, Duration pause) {
        return usual(OFFER, DRAIN_TIMEOUT, new BreakerSettings(failures, pause, pause), Unwritten.Bounds.DEFAULT);
    }

    /** The usual settings on a host of that name. */
    static RunSettings on(String host) {
        return usual(offer(host), DRAIN_TIMEOUT, BREAKERS, Unwritten.Bounds.DEFAULT);
    }

    /** The usual settings with other bounds for what waits to be written. */
    static RunSettings keeping(Unwritten.Bounds unwritten) {
        return usual(OFFER, DRAIN_TIMEOUT, BREAKERS, unwritten);
    }

    private static RunSettings usual(
            WorkerHost.Offer offer, Duration drainTimeout, BreakerSettings breakers, Unwritten.Bounds unwritten) {
        return settings(false, 0, Set.of(), true, offer, drainTimeout, breakers, unwritten);
    }

    static RunSettings settings(boolean runOnce, long limit, Set<String> taskTypes, boolean claimsByItself) {
        return settings(
                runOnce, limit, taskTypes, claimsByItself, OFFER, DRAIN_TIMEOUT, BREAKERS, Unwritten.Bounds.DEFAULT);
    }

    private static RunSettings settings(
            boolean runOnce,
            long limit,
            Set<String> taskTypes,
            boolean claimsByItself,
            WorkerHost.Offer offer,
            Duration drainTimeout,
            BreakerSettings breakers,
            Unwritten.Bounds unwritten) {
        return new RunSettings(
                taskTypes,
                null,
                limit,
                Set.of(),
                runOnce,
                claimsByItself,
                "test",
                offer,
                Duration.ofMillis(20),
                Duration.ofMillis(500),
                Duration.ofMillis(50),
                Duration.ofSeconds(2),
                drainTimeout,
                Duration.ofMillis(600),
                breakers,
                unwritten);
    }

    private static WorkerHost.Offer offer(String host) {
        return new WorkerHost.Offer(host, 2, Set.of(), List.of());
    }

    /** The same with another script. */
    static TaskType sharing(String script, TaskType taskType) {
        return like(taskType, taskType.description(), script, taskType.scaleLimit(), taskType.scriptHash());
    }

    /** The same, on so many subjects at a time at most. */
    static TaskType limited(int scaleLimit, TaskType taskType) {
        return like(taskType, taskType.description(), taskType.scriptPath(), scaleLimit, taskType.scriptHash());
    }

    /** The same with a registered hash of its script. */
    static TaskType hashed(String hash, TaskType taskType) {
        return like(taskType, taskType.description(), taskType.scriptPath(), taskType.scaleLimit(), hash);
    }

    /** The same with a description. */
    static TaskType described(String description, TaskType taskType) {
        return like(taskType, description, taskType.scriptPath(), taskType.scaleLimit(), taskType.scriptHash());
    }

    private static TaskType like(
            TaskType t, String description, String script, @Nullable Integer scaleLimit, @Nullable String hash) {
        return new TaskType(
                t.id(),
                t.name(),
                description,
                t.pipeline(),
                t.enabled(),
                t.workQuery(),
                t.declaredInbox(),
                script,
                t.requiresModel(),
                t.reads(),
                t.writes(),
                t.executionType(),
                t.databaseAccess(),
                t.batchSize(),
                scaleLimit,
                t.priority(),
                t.pollInterval(),
                t.timeout(),
                t.maxAttempts(),
                t.retryBackoff(),
                t.rerun(),
                hash);
    }

    synchronized void subjects(String status, int count) {
        for (int i = 0; i < count; i++) {
            statuses.put("s" + (statuses.size() + 1), status);
        }
    }

    synchronized long inStatus(String status) {
        return statuses.values().stream().filter(status::equals).count();
    }

    Set<Long> paused() {
        return Set.copyOf(paused);
    }

    /** A runtime has ended: what was claimed for it is free. */
    synchronized void freeClaimsOf(long runtimeId) {
        ledger.freeOf(runtimeId);
    }

    /** Retries that are due and not taken yet. */
    synchronized int retriesDue() {
        return ledger.retriesDue();
    }

    synchronized int liveClaims() {
        return ledger.liveClaims();
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

    /** A model with one slot whose server has that address. */
    synchronized void model(String name, String server) {
        models.put(name, 1);
        servers.put(name, server);
    }

    void tell(Notifications.Notice notice) {
        listeners.forEach(listener -> listener.accept(notice));
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
        started.stream()
                .map(actors -> CompletableFuture.runAsync(actors::close, threads))
                .toList()
                .forEach(CompletableFuture::join);
        threads.shutdownNow();
        if (!unhandled.isEmpty()) {
            throw new AssertionError("messages that nobody handles: " + unhandled);
        }
    }

    // ------------------------------------------------------------------ for the parts of the world

    void weather() {
        if (databaseDown) {
            throw new DatabaseUnavailable("the fake database is down", new IllegalStateException("down"));
        }
    }

    synchronized List<String> subjectsIn(String status) {
        return statuses.entrySet().stream()
                .filter(subject -> subject.getValue().equals(status))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Moves a subject on; false if it is no longer where it should be. */
    synchronized boolean move(String subject, String from, String to) {
        return statuses.replace(subject, from, to);
    }

    private final class Rows implements Registry {
        @Override
        public Contents read() {
            Registry.Contents contents = contents();
            onRead.run();
            return contents;
        }

        @Override
        public void pause(Set<Long> taskTypeIds, boolean pause) {
            weather();
            if (pause) {
                paused.addAll(taskTypeIds);
            } else {
                paused.removeAll(taskTypeIds);
            }
        }
    }

    private synchronized Registry.Contents contents() {
        weather();
        List<Model> rows = models.entrySet().stream()
                .map(e -> new Model(e.getKey(), e.getValue(), servers.get(e.getKey())))
                .toList();
        return new Registry.Contents(List.copyOf(taskTypes.values()), Set.copyOf(paused), rows, List.of());
    }

    RuntimeLease.Pulse pulse() {
        return new RuntimeLease.Pulse(
                cluster.holder(), false, String.valueOf(contents().hashCode()));
    }

    private Notifications.Subscription listen(Consumer<Notifications.Notice> heard) {
        listeners.add(heard);
        heard.accept(new Notifications.Notice.Listening());
        return () -> listeners.remove(heard);
    }
}
