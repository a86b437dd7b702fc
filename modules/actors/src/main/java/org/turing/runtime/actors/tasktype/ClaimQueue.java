package org.turing.runtime.actors.tasktype;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;

/**
 * The claims of one task-type actor, from the claim to the ledger's verdict: waiting for a lane, running, being
 * written. Those that a person asked for go first and are not given back.
 */
final class ClaimQueue {

    /** A person waits for this ticket. */
    static final class ByHand {
        private final ActorRef<RunReport> replyTo;
        private @Nullable FinishedRun run;

        ByHand(ActorRef<RunReport> replyTo) {
            this.replyTo = replyTo;
        }

        ActorRef<RunReport> replyTo() {
            return replyTo;
        }

        @Nullable
        FinishedRun run() {
            return run;
        }
    }

    /** By the runtime that they are claimed for; none is empty. */
    private final Map<Long, Deque<Claim>> waiting = new LinkedHashMap<>();

    /** By ticket, for which runtime. */
    private final Map<Long, Long> running = new HashMap<>();

    private final Map<Long, Long> writing = new HashMap<>();
    private final Map<Long, ByHand> byHand = new HashMap<>();
    private final Map<Long, Long> wokenAt = new HashMap<>();

    void add(List<Claim> claims) {
        claims.forEach(claim -> lineOf(claim).addLast(claim));
    }

    void addByHand(Claim claim, ActorRef<RunReport> replyTo) {
        lineOf(claim).addFirst(claim);
        byHand.put(claim.ticketId(), new ByHand(replyTo));
    }

    private Deque<Claim> lineOf(Claim claim) {
        return waiting.computeIfAbsent(claim.runtimeId(), runtime -> new ArrayDeque<>());
    }

    /**
     * Takes the next claims to run on a host; they count as running from now on.
     *
     * @param onlyByHand whether only those that people wait for are taken
     */
    List<Claim> take(int count, long runtimeId, boolean onlyByHand) {
        List<Claim> taken = onlyByHand ? takeByHand(count, runtimeId) : takeNext(count, runtimeId);
        taken.forEach(claim -> running.put(claim.ticketId(), runtimeId));
        return taken;
    }

    private List<Claim> takeNext(int count, long runtimeId) {
        Deque<Claim> line = waiting.get(runtimeId);
        List<Claim> taken = new ArrayList<>();
        while (line != null && !line.isEmpty() && taken.size() < count) {
            taken.add(line.removeFirst());
        }
        dropEmptyLines();
        return taken;
    }

    private List<Claim> takeByHand(int count, long runtimeId) {
        List<Claim> taken = new ArrayList<>();
        takeIf(runtime -> runtime == runtimeId, claim -> taken.size() < count && byHand(claim), taken);
        return taken;
    }

    /** Takes what waits, for certain runtimes and of a certain kind, in its order. */
    private void takeIf(LongPredicate runtimes, Predicate<Claim> kind, List<Claim> taken) {
        waiting.forEach((runtimeId, line) -> {
            if (runtimes.test(runtimeId)) {
                line.removeIf(claim -> kind.test(claim) && taken.add(claim));
            }
        });
        dropEmptyLines();
    }

    private void dropEmptyLines() {
        waiting.values().removeIf(Deque::isEmpty);
    }

    /** What was taken could not be run: it waits again, before the others. */
    void putBack(List<Claim> taken) {
        for (int i = taken.size() - 1; i >= 0; i--) {
            if (running.remove(taken.get(i).ticketId()) != null) {
                lineOf(taken.get(i)).addFirst(taken.get(i));
            }
        }
    }

    private boolean byHand(Claim claim) {
        return byHand.containsKey(claim.ticketId());
    }

    /** Of these claims those that people wait for. */
    Set<Long> byHandOf(List<Claim> claims) {
        return claims.stream().filter(this::byHand).map(Claim::ticketId).collect(Collectors.toSet());
    }

    /**
     * The hosts for which claims wait, by their identity, those first for which a person waits.
     *
     * @param onlyByHand whether only those count that people wait for
     */
    Set<Long> waitingFor(boolean onlyByHand) {
        Set<Long> runtimes = new LinkedHashSet<>();
        if (!byHand.isEmpty()) {
            waiting.forEach((runtimeId, line) -> {
                if (line.stream().anyMatch(this::byHand)) {
                    runtimes.add(runtimeId);
                }
            });
        }
        if (!onlyByHand) {
            runtimes.addAll(waiting.keySet());
        }
        return runtimes;
    }

    /** Takes away what waits, is claimed for one of these hosts, and nobody waits for. */
    List<Claim> takeUnstarted(LongPredicate runtimes) {
        List<Claim> taken = new ArrayList<>();
        takeIf(runtimes, claim -> !byHand(claim), taken);
        return taken;
    }

    /**
     * Forgets everything that is claimed for a host whose identity has ended, or of which nothing will be heard any
     * more.
     *
     * @param withRuns whether that is so for what runs there too
     * @return how many it were, and who waits for some of them
     */
    Lost lose(long runtimeId, boolean withRuns) {
        List<Claim> waited = new ArrayList<>();
        takeIf(runtime -> runtime == runtimeId, claim -> true, waited);
        List<Long> lost = new ArrayList<>(waited.stream().map(Claim::ticketId).toList());
        int unstarted = lost.size();
        if (withRuns) {
            Stream.of(running, writing)
                    .forEach(part -> part.entrySet()
                            .removeIf(ticket -> ticket.getValue() == runtimeId && lost.add(ticket.getKey())));
        }
        List<ByHand> askers = new ArrayList<>();
        lost.forEach(ticket -> {
            wokenAt.remove(ticket);
            ByHand asked = byHand.remove(ticket);
            if (asked != null) {
                askers.add(asked);
            }
        });
        return new Lost(unstarted, askers);
    }

    /**
     * @param unstarted how many had not started
     * @param askers who waits for one of them
     */
    record Lost(int unstarted, List<ByHand> askers) {}

    /** What became of these tickets is not known here. Returns who waits for some of them. */
    List<ByHand> forget(Set<Long> tickets) {
        return tickets.stream().map(this::recorded).filter(Objects::nonNull).toList();
    }

    /** The tickets that a host was given and has not settled, as far as is known here. */
    Set<Long> given(long runtimeId) {
        Set<Long> given = new HashSet<>();
        Stream.of(running, writing)
                .forEach(part -> part.forEach((ticket, runtime) -> {
                    if (runtime == runtimeId) {
                        given.add(ticket);
                    }
                }));
        return given;
    }

    /** Everybody who waits for a ticket, whatever has become of it. */
    List<ByHand> everyByHand() {
        return List.copyOf(byHand.values());
    }

    /** Every ticket that is claimed and not settled. */
    Set<Long> tickets() {
        Set<Long> tickets = new HashSet<>(running.keySet());
        tickets.addAll(writing.keySet());
        waiting.values().forEach(line -> line.forEach(claim -> tickets.add(claim.ticketId())));
        return tickets;
    }

    void resultIn(long ticketId, FinishedRun run) {
        Long runtimeId = running.remove(ticketId);
        if (runtimeId != null) {
            writing.put(ticketId, runtimeId);
        }
        ByHand asked = byHand.get(ticketId);
        if (asked != null) {
            asked.run = run;
        }
    }

    /** The ledger has settled it. Returns who waits for it, or null. */
    @Nullable
    ByHand recorded(long ticketId) {
        running.remove(ticketId);
        writing.remove(ticketId);
        wokenAt.remove(ticketId);
        return byHand.remove(ticketId);
    }

    int waiting() {
        return waiting.values().stream().mapToInt(Deque::size).sum();
    }

    /** Those that are claimed for that host. */
    int waiting(long runtimeId) {
        Deque<Claim> line = waiting.get(runtimeId);
        return line == null ? 0 : line.size();
    }

    int running() {
        return running.size();
    }

    /** For each runtime on whose host any run, how many. */
    Map<Long, Long> runningByRuntime() {
        return running.values().stream().collect(Collectors.groupingBy(runtime -> runtime, Collectors.counting()));
    }

    /** Claimed and not settled. */
    int inFlight() {
        return held() + writing.size();
    }

    /** Claimed and not finished. */
    int held() {
        return waiting() + running.size();
    }

    /** Claimed for that host and not finished: what a further claim for it should reckon with. */
    int held(long runtimeId) {
        int atWork = (int) running.values().stream()
                .filter(runtime -> runtime == runtimeId)
                .count();
        return waiting(runtimeId) + atWork;
    }

    /** Remembers what woke this actor for that ticket, to measure the pick-up. */
    void pickUp(long ticketId, long atNanos) {
        wokenAt.put(ticketId, atNanos);
    }

    /** When the wake-up came that led to this ticket, or null if it was not one that is measured. */
    @Nullable
    Long pickedUp(long ticketId) {
        return wokenAt.remove(ticketId);
    }
}
