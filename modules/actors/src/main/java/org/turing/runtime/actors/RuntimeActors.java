package org.turing.runtime.actors;

import com.typesafe.config.Config;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.japi.function.Function;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.cluster.CannotListen;
import org.turing.runtime.actors.cluster.ClusterSettings;
import org.turing.runtime.actors.cluster.EveryNode;
import org.turing.runtime.actors.cluster.Forming;
import org.turing.runtime.actors.cluster.Nodes;
import org.turing.runtime.actors.cluster.Removed;
import org.turing.runtime.actors.host.HostDirectory;
import org.turing.runtime.actors.host.Hosts;
import org.turing.runtime.actors.registry.TaskTypes;
import org.turing.runtime.actors.upkeep.LeaseKeeper;
import org.turing.runtime.actors.upkeep.WaitingElsewhere;
import org.turing.runtime.actors.work.Host;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.ports.view.NodeHealth;
import org.turing.runtime.ports.view.NodeStatus;
import org.turing.runtime.ports.view.RuntimeControl;
import org.turing.runtime.ports.view.RuntimeStatus;
import org.turing.runtime.ports.view.UnknownName;

/** The actor system of one runtime, and the way in for everything that is not an actor. */
public final class RuntimeActors implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(10);
    /** Less than that, so that the silence of one does not take the others' answer with it. */
    private static final Duration SOON_ELSEWHERE = Duration.ofSeconds(5);

    /** Outcomes that wait longer to be written are worth a warning. */
    private static final Duration WORTH_SAYING = Duration.ofSeconds(2);

    /** Longer than a departure in a hurry takes. */
    private static final Duration LEAVING = Duration.ofSeconds(25);

    private static final Duration BY_HAND = Duration.ofDays(7);

    private final ActorSystem<Guardian.Command> system;
    private final AtomicBoolean leaving;
    private final CompletableFuture<RunSummary> done;
    private final CompletionStage<RunSummary> left;
    private final CompletionStage<Guardian.Parts> parts;
    private final RunSettings settings;
    private final Instant startedAt = Instant.now();
    private volatile boolean removed;

    private RuntimeActors(
            ActorSystem<Guardian.Command> system,
            AtomicBoolean leaving,
            CompletableFuture<Guardian.Parts> parts,
            CompletableFuture<RunSummary> done,
            RunSettings settings) {
        this.system = system;
        this.leaving = leaving;
        this.done = done;
        this.settings = settings;
        this.parts = parts;
        // asked once more: Pekko may begin to end a node before that node sees its own place as lost
        this.left = done.thenCompose(summary -> removed || isDowned(system)
                ? CompletableFuture.failedStage(new Removed())
                : CompletableFuture.completedStage(summary));
        system.getWhenTerminated().whenComplete((ended, failure) -> {
            RuntimeException early = isDowned(system)
                    ? new Removed()
                    : new IllegalStateException("the actor system ended before the runtime had left in order");
            parts.completeExceptionally(early);
            done.completeExceptionally(early);
        });
        CoordinatedShutdown.get(system)
                .addTask(CoordinatedShutdown.PhaseBeforeServiceUnbind(), "the runtime leaves", this::leave);
    }

    /**
     * A node that is removed from its cluster ends what it runs and writes down what is known, as if it was stopped.
     * This is asked at every end, also at one that comes after that.
     */
    private CompletionStage<Done> leave() {
        if (done.isDone()) {
            return CompletableFuture.completedStage(Done.getInstance());
        }
        removed = isDowned(system);
        leaving.set(true);
        return ask(system, Guardian.Leave::new, LEAVING, system);
    }

    /** A node that just ends, without leaving, has the same reason to Pekko; it counts itself in until then. */
    private static boolean isDowned(ActorSystem<?> system) {
        boolean up = Cluster.get(system).selfMember().status().equals(MemberStatus.up());
        return !up
                && CoordinatedShutdown.get(system)
                        .getShutdownReason()
                        .filter(CoordinatedShutdown.clusterDowningReason()::equals)
                        .isPresent();
    }

    /**
     * Starts the actors.
     *
     * @param ports what they call
     * @param settings what the runtime was asked to do, and its pace
     * @param cluster its place in the cluster, which it joins in its own time
     * @param config Pekko's settings and this module's dispatchers, with defaults resolved
     * @param setup what the actor system is handed that can't stand in settings, such as the journal's connections
     * @throws CannotListen if the node can't listen where it should
     */
    public static RuntimeActors start(
            Ports ports, RunSettings settings, ClusterSettings cluster, Config config, ActorSystemSetup setup) {
        AtomicBoolean leaving = new AtomicBoolean();
        CompletableFuture<Guardian.Parts> parts = new CompletableFuture<>();
        CompletableFuture<RunSummary> done = new CompletableFuture<>();
        ActorSystem<Guardian.Command> system =
                Forming.start(Guardian.create(ports, settings, leaving, parts, done), cluster, config, setup);
        return new RuntimeActors(system, leaving, parts, done, settings);
    }

    /** The actor system, for what else needs one. */
    public ActorSystem<?> system() {
        return system;
    }

    /**
     * Completes once the runtime has left in order: it was asked to stop, or nothing was left to do. Fails with
     * {@link Removed} if its cluster has gone on without it.
     */
    public CompletionStage<RunSummary> whenDone() {
        return left;
    }

    /** What may be asked of the runtime. */
    public RuntimeControl control() {
        return new Control();
    }

    /** Ends the actor system at once; {@link RuntimeControl#stop} first, for an end in order. */
    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }

    private static <Q, A> CompletionStage<A> ask(
            ActorRef<Q> whom, Function<ActorRef<A>, Q> question, Duration patience, ActorSystem<?> in) {
        return AskPattern.ask(whom, question, patience, in.scheduler());
    }

    private final class Control implements RuntimeControl {

        @Override
        public CompletionStage<RuntimeStatus> status() {
            return status(true);
        }

        @Override
        public CompletionStage<RuntimeStatus> glance() {
            return status(false);
        }

        private CompletionStage<RuntimeStatus> status(boolean counted) {
            return parts.thenCompose(known -> {
                CompletionStage<TaskTypes.Standings> standings =
                        ask(known.taskTypes(), me -> new TaskTypes.GetStandings(counted, me), SOON, system);
                CompletionStage<LeaseKeeper.Condition> condition =
                        ask(known.lease(), LeaseKeeper.WhatIsWrong::new, SOON, system);
                CompletionStage<WaitingElsewhere.Finding> elsewhere =
                        ask(known.elsewhere(), WaitingElsewhere.GetFinding::new, SOON, system);
                CompletionStage<Hosts> hosts = ask(known.hosts(), HostDirectory.GetHosts::new, SOON, system);
                return standings
                        .thenCombine(condition, Facts::new)
                        .thenCombine(elsewhere, (facts, finding) -> facts.with(finding.warning()))
                        .thenCombine(hosts, (facts, there) -> describe(facts, known, Nodes.of(system, there)));
            });
        }

        private RuntimeStatus describe(Facts facts, Guardian.Parts known, List<NodeStatus> nodes) {
            RuntimeStatus.Unwritten unwritten = known.unwritten().standing();
            List<String> warnings = new ArrayList<>();
            String problem = facts.condition().problem();
            if (problem != null) {
                warnings.add("the database can't serve now: " + problem);
            }
            if (unwritten.seconds() > WORTH_SAYING.toSeconds()) {
                warnings.add(String.format(
                        Locale.ROOT,
                        "%,d outcome(s) wait to be written to the ledger, the oldest for %.0f s",
                        unwritten.outcomes(),
                        unwritten.seconds()));
            }
            String deaf = known.hearing().problem();
            if (deaf != null) {
                warnings.add(deaf);
            }
            String elsewhere = facts.elsewhere();
            if (elsewhere != null) {
                warnings.add(elsewhere);
            }
            warnings.addAll(facts.standings().warnings());
            String state = leaving.get()
                    ? "draining"
                    : problem != null
                            ? "waiting for the database"
                            : facts.standings().waitsFor() != null
                                    ? "standing by"
                                    : facts.condition().runtimeId() == 0 ? "starting" : "running";
            return new RuntimeStatus(
                    settings.version(),
                    settings.host(),
                    ProcessHandle.current().pid(),
                    facts.condition().runtimeId(),
                    state,
                    startedAt,
                    problem,
                    unwritten,
                    nodes,
                    facts.standings().taskTypes(),
                    facts.standings().gates(),
                    facts.standings().breakers(),
                    warnings);
        }

        @Override
        public CompletionStage<NodeHealth> health() {
            Cluster cluster = Cluster.get(system);
            if (cluster.isTerminated()) {
                return CompletableFuture.completedStage(HealthOf.GONE);
            }
            return parts.thenCompose(known -> ask(known.lease(), LeaseKeeper.WhatIsWrong::new, SOON, system)
                    .thenApply(condition -> HealthOf.node(cluster.selfMember().status(), condition, leaving.get())));
        }

        @Override
        public void stop(boolean now) {
            leaving.set(true);
            system.tell(new Guardian.Stop(now));
        }

        @Override
        public CompletionStage<Answer> stopAll(boolean now) {
            return parts.thenCompose(known ->
                    ask(known.everyNode(), (ActorRef<Answer> me) -> new EveryNode.StopAll(now, me), SOON, system));
        }

        @Override
        public CompletionStage<Answer> drain(String node, boolean undo) {
            return parts.thenCompose(known -> ask(known.hosts(), HostDirectory.GetHosts::new, SOON, system))
                    .thenCompose(hosts -> {
                        NodeStatus named = Nodes.named(node, Nodes.of(system, hosts));
                        return hosts.of(named.runtimeId())
                                .filter(host -> named.runtimeId() != 0)
                                .map(host -> ask(
                                        host.workers(),
                                        (ActorRef<Answer> me) -> new WorkerHost.SetDrained(!undo, me),
                                        SOON,
                                        system))
                                .orElseGet(() -> CompletableFuture.completedStage(new Answer(
                                        false,
                                        "node '" + node + "' (" + named.address() + ") runs no scripts, or has not"
                                                + " told yet that it does (see: turing status)")));
                    });
        }

        @Override
        public CompletionStage<Answer> pause(Target target) {
            return steer(target, true);
        }

        @Override
        public CompletionStage<Answer> resume(Target target) {
            return steer(target, false);
        }

        private CompletionStage<Answer> steer(Target target, boolean pause) {
            return identified(target, SOON)
                    .thenCompose(known -> ask(
                            known.taskTypes(),
                            (ActorRef<Answer> me) -> new TaskTypes.Steer(target, pause, me),
                            SOON,
                            system));
        }

        @Override
        public CompletionStage<Answer> pollNow(String taskType) {
            return identified(new Target.OneTaskType(taskType), SOON)
                    .thenCompose(known -> ask(
                            known.taskTypes(),
                            (ActorRef<Answer> me) -> new TaskTypes.Poll(taskType, me),
                            SOON,
                            system));
        }

        @Override
        public CompletionStage<Answer> cancel(long ticketId) {
            return parts.thenCompose(known -> ask(known.hosts(), HostDirectory.GetHosts::new, SOON, system)
                            .thenCompose(hosts -> {
                                Set<ActorRef<WorkerHost.Command>> all = new LinkedHashSet<>(Set.of(known.workers()));
                                hosts.all().map(Host::workers).forEach(all::add);
                                return cancelOn(all, ticketId);
                            }))
                    .thenApply(heard -> {
                        long silent = heard.stream().filter(Optional::isEmpty).count();
                        if (heard.contains(Optional.of(true))) {
                            return new Answer(true, "ticket " + ticketId + " is being ended");
                        }
                        return new Answer(
                                false,
                                "ticket " + ticketId + " does not run now (see: turing tickets)"
                                        + (silent == 0 ? "" : "; " + silent + " node(s) did not answer"));
                    });
        }

        /** What each says; nothing of those that do not answer in time. */
        private CompletionStage<List<Optional<Boolean>>> cancelOn(
                Set<ActorRef<WorkerHost.Command>> hosts, long ticketId) {
            List<CompletableFuture<Optional<Boolean>>> answers = hosts.stream()
                    .map(host -> ask(
                                    host,
                                    (ActorRef<Boolean> me) ->
                                            new WorkerHost.CancelTicket(ticketId, "cancelled by a person", me),
                                    SOON_ELSEWHERE,
                                    system)
                            .handle((found, failure) -> Optional.ofNullable(found))
                            .toCompletableFuture())
                    .toList();
            return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                    .thenApply(
                            all -> answers.stream().map(CompletableFuture::join).toList());
        }

        @Override
        public CompletionStage<RunReport> run(String taskType, String subjectId) {
            return identified(new Target.OneTaskType(taskType), BY_HAND)
                    .thenCompose(known -> ask(
                            known.taskTypes(),
                            (ActorRef<RunReport> me) -> new TaskTypes.RunByHand(taskType, subjectId, me),
                            BY_HAND,
                            system));
        }

        /** Fails with {@link UnknownName} where there is no such part, here or elsewhere. */
        private CompletionStage<Guardian.Parts> identified(Target target, Duration patience) {
            return parts.thenCompose(known -> ask(
                            known.taskTypes(),
                            (ActorRef<TaskTypes.Identified> me) -> new TaskTypes.Identify(target, me),
                            patience,
                            system)
                    .thenApply(identified -> {
                        if (identified.unknown() != null) {
                            throw new UnknownName(identified.unknown());
                        }
                        return known;
                    }));
        }
    }

    private record Facts(
            TaskTypes.Standings standings,
            LeaseKeeper.Condition condition,
            @Nullable String elsewhere) {
        Facts(TaskTypes.Standings standings, LeaseKeeper.Condition condition) {
            this(standings, condition, null);
        }

        Facts with(@Nullable String waitsElsewhere) {
            return new Facts(standings, condition, waitsElsewhere);
        }
    }
}
