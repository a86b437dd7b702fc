package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.japi.function.Function;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.Ports;
import org.turing.runtime.actors.tasktype.InboxPace.Kind;
import org.turing.runtime.actors.work.Blocking;
import org.turing.runtime.actors.work.Host;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.GateEpoch;
import org.turing.runtime.domain.Placement;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.pace.RunTimeout;
import org.turing.runtime.ports.InboxShape;
import org.turing.runtime.ports.Inboxes;
import org.turing.runtime.ports.TicketLedger.Standing;

/**
 * The blocking calls of one task-type actor, run on the dispatchers for them; each answers by a stage to pipe to it.
 */
final class PortCalls {

    private static final Duration ASK_TIMEOUT = Duration.ofSeconds(30);

    /**
     * What an examination of the registered inbox found.
     *
     * @param limit how long one subject may run, as its registration or its history say
     */
    record Examination(InboxShape shape, RunTimeout.Limit limit) {}

    private final Surroundings around;
    private final Ports ports;
    private final Blocking database;
    private final InboxPace inboxes;
    private final ActorSystem<?> system;

    PortCalls(Surroundings around, ActorSystem<?> system) {
        this.around = around;
        this.ports = around.ports();
        this.database = Blocking.database(system);
        this.inboxes = new InboxPace(around.inboxThreads());
        this.system = system;
    }

    /** The registration changed: nothing is known of its inbox. */
    void startAfresh() {
        inboxes.forget();
    }

    CompletionStage<Examination> examine(TaskType taskType) {
        return inboxes.call(Kind.EXAMINE, () -> new Examination(ports.inboxes().examine(taskType), limitOf(taskType)));
    }

    /** How long one subject may run, as its registration or its history say now. */
    CompletionStage<RunTimeout.Limit> limit(TaskType taskType) {
        return database.call(() -> limitOf(taskType));
    }

    private RunTimeout.Limit limitOf(TaskType taskType) {
        RunTimeout.Times times = taskType.timeout() != null
                ? RunTimeout.Times.NONE
                : ports.ledger().runTimes(taskType.id());
        return RunTimeout.of(taskType.timeout(), taskType.requiresModel() != null, times);
    }

    /**
     * Makes a life of the task type's actor known to a host.
     *
     * @return what is under way there for earlier ones
     */
    CompletionStage<WorkerHost.UnderWay> meet(
            Host host, long taskTypeId, UUID life, ActorRef<WorkerHost.RunEvent> events) {
        return ask(host, me -> new WorkerHost.Join(taskTypeId, life, events, me));
    }

    /** What is under way on a host of the task type. */
    CompletionStage<WorkerHost.UnderWay> underWay(Host host, long taskTypeId) {
        return ask(host, me -> new WorkerHost.WhatRuns(taskTypeId, me));
    }

    /** How the script stands on a host. */
    CompletionStage<WorkerHost.Examined> examineScript(Host host, TaskType taskType) {
        return ask(host, me -> new WorkerHost.Examine(taskType, me));
    }

    private <T> CompletionStage<T> ask(Host host, Function<ActorRef<T>, WorkerHost.Command> question) {
        return AskPattern.ask(host.workers(), question, ASK_TIMEOUT, system.scheduler());
    }

    /**
     * Gives back the claims on the task type that are held for these hosts and that nobody works on: those of an
     * earlier life of the actor, or of a call whose answer was lost.
     *
     * @param held the tickets that the actor knows of; nothing may be claimed until this is done
     */
    CompletionStage<Integer> reclaim(long taskTypeId, List<Host> hosts, Set<Long> held) {
        Set<Long> runtimes = hosts.stream().map(Host::runtimeId).collect(Collectors.toSet());
        CompletionStage<Set<Long>> kept = CompletableFuture.completedStage(held);
        for (Host host : hosts) {
            kept = kept.thenCombine(underWay(host, taskTypeId), (known, there) -> union(known, there.tickets()));
        }
        return kept.thenCompose(
                known -> database.call(() -> ports.ledger().giveBackAllBut(taskTypeId, runtimes, known)));
    }

    private static Set<Long> union(Set<Long> one, Set<Long> other) {
        Set<Long> both = new HashSet<>(one);
        both.addAll(other);
        return both;
    }

    CompletionStage<Inboxes.Found> find(TaskType taskType, InboxShape shape, int want) {
        Set<String> only = around.settings().subjects();
        return inboxes.call(Kind.FIND, () -> ports.inboxes().find(taskType, shape, want, only));
    }

    /**
     * The same, where nothing is expected: together with the looks of others as long as that proves right.
     *
     * @return the answer; cancelling it takes the look back if it has not begun. Null if the inbox is not known to be
     *     quick: then it is to be looked into by itself
     */
    @Nullable
    CompletableFuture<Inboxes.Found> findNothing(TaskType taskType, InboxShape shape, int want) {
        Duration likely = inboxes.ifQuick(Kind.FIND);
        if (likely == null) {
            return null;
        }
        Inboxes.Look look = new Inboxes.Look(taskType, shape, around.settings().subjects());
        CompletableFuture<Optional<Inboxes.Found>> together = around.looks().look(look, likely);
        CompletableFuture<Inboxes.Found> answer = together.thenCompose(
                nothing -> nothing.<CompletionStage<Inboxes.Found>>map(CompletableFuture::completedStage)
                        .orElseGet(() -> find(taskType, shape, want)));
        answer.whenComplete((found, failure) -> together.cancel(false)); // of no effect once it is answered
        return answer;
    }

    /** @param epoch under which the slots were granted; null without a model */
    CompletionStage<List<Claim>> claim(
            TaskType taskType, List<Placement> placements, String snapshot, @Nullable GateEpoch epoch) {
        return database.call(() -> ports.ledger().claim(taskType, placements, snapshot, epoch));
    }

    /**
     * Claims one subject for a probe on a host, unless what can be seen without a subject is out of order still: then
     * the stage fails with {@link StillBroken}.
     */
    CompletionStage<List<Claim>> claimForProbe(
            TaskType taskType, Host host, List<Placement> placements, String snapshot, @Nullable GateEpoch epoch) {
        return examineScript(host, taskType)
                .thenCompose(script -> {
                    String fault = script.fault();
                    return fault != null
                            ? CompletableFuture.failedStage(new StillBroken(fault))
                            : around.servers().ask(taskType.requiresModel());
                })
                .thenCompose(answer -> {
                    String refusal = answer.refusal();
                    return refusal != null
                            ? CompletableFuture.failedStage(new StillBroken(refusal))
                            : claim(taskType, placements, snapshot, epoch);
                });
    }

    /** Claims one subject whether or not it is in the inbox. */
    CompletionStage<Optional<Claim>> claimByHand(TaskType taskType, InboxShape shape, String subjectId, Host host) {
        return inboxes.call(Kind.NAMED, () -> {
            Candidate candidate = ports.inboxes().named(taskType, shape, subjectId);
            return Optional.ofNullable(ports.ledger().claimByHand(taskType, candidate, host.runtimeId()));
        });
    }

    CompletionStage<Boolean> giveBack(List<Claim> unstarted) {
        return database.call(() -> {
            ports.ledger().giveBack(unstarted);
            return true;
        });
    }

    CompletionStage<Standing> settle(TaskType taskType, InboxShape shape) {
        return inboxes.call(Kind.SETTLE, () -> ports.ledger().settle(taskType, shape));
    }

    CompletionStage<Long> count(TaskType taskType, InboxShape shape, int atMost) {
        return inboxes.call(Kind.COUNT, () -> ports.inboxes().count(taskType, shape, atMost));
    }

    /** The failure of a stage without the wrapping that stages add. */
    static @Nullable Throwable cause(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** What to throw for a failure that nobody foresaw. */
    static RuntimeException unexpected(Throwable failure) {
        return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
    }
}
