package org.turing.runtime.actors;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.Chain;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.DeclaredInbox;
import org.turing.runtime.domain.GateEpoch;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.Placement;
import org.turing.runtime.domain.StatusChange;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.domain.pace.RunTimeout;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.EpochPassed;
import org.turing.runtime.ports.InboxShape;
import org.turing.runtime.ports.LeaseLapsed;
import org.turing.runtime.ports.TicketLedger;

/** The claims of a {@link FakeWorld}, and what is remembered of its subjects. */
final class FakeLedger implements TicketLedger {
    private final FakeWorld world;
    private final Map<Long, Claim> claims = new HashMap<>();
    private final Map<String, Instant> backingOff = new HashMap<>();
    private final Map<String, Integer> attempts = new HashMap<>();
    private final Set<String> dead = new HashSet<>();
    private long tickets;

    FakeLedger(FakeWorld world) {
        this.world = world;
    }

    /** Whether nothing keeps the subject from being claimed; called by those who hold the world still. */
    boolean free(TaskType taskType, String id) {
        String key = key(taskType.id(), id);
        Instant notBefore = backingOff.get(key);
        return !dead.contains(key)
                && (notBefore == null || !notBefore.isAfter(Instant.now()))
                && claims.values().stream()
                        .noneMatch(c -> c.taskTypeId() == taskType.id()
                                && c.subject().id().equals(id));
    }

    /** A runtime has ended: what was claimed for it is free. */
    void freeOf(long runtimeId) {
        claims.values().removeIf(claim -> claim.runtimeId() == runtimeId);
    }

    int liveClaims() {
        return claims.size();
    }

    private boolean claimed(String key) {
        return claims.values().stream()
                .anyMatch(c -> key(c.taskTypeId(), c.subject().id()).equals(key));
    }

    int retriesDue() {
        return (int) backingOff.entrySet().stream()
                .filter(e -> !e.getValue().isAfter(Instant.now()) && !claimed(e.getKey()))
                .count();
    }

    private static String key(long taskTypeId, String subject) {
        return taskTypeId + "/" + subject;
    }

    @Override
    public List<Claim> claim(TaskType taskType, List<Placement> placements, String snapshot, @Nullable GateEpoch epoch)
            throws LeaseLapsed, EpochPassed {
        world.weather();
        world.onClaim.accept(taskType);
        if (!world.leaseStands || placements.stream().map(Placement::runtimeId).allMatch(world.draining::contains)) {
            throw new LeaseLapsed("lapsed");
        }
        if (epoch != null && world.epochs.getOrDefault(epoch.model(), 0L) > epoch.epoch()) {
            throw new EpochPassed("passed");
        }
        List<Claim> made = new ArrayList<>();
        synchronized (world) {
            for (Placement placement : placements) {
                boolean drains = world.draining.contains(placement.runtimeId());
                if (!drains && free(taskType, placement.candidate().subject().id())) {
                    made.add(make(taskType, placement.candidate(), placement.runtimeId()));
                }
            }
            if (world.answersLost.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new DatabaseUnavailable("the connection broke at the commit", new IllegalStateException("gone"));
            }
        }
        world.onClaimed.accept(taskType);
        return made;
    }

    private Claim make(TaskType taskType, Candidate candidate, long runtimeId) {
        long id = ++tickets;
        String key = key(taskType.id(), candidate.subject().id());
        Claim claim = new Claim(
                id,
                id,
                taskType.id(),
                candidate.subject(),
                attempts.getOrDefault(key, 0) + 1,
                new Chain(new UUID(0, id), 0),
                taskType.requiresModel(),
                runtimeId,
                candidate.fields());
        claims.put(id, claim);
        return claim;
    }

    @Override
    public @Nullable Claim claimByHand(TaskType taskType, Candidate candidate, long runtimeId) {
        world.weather();
        synchronized (world) {
            return free(taskType, candidate.subject().id()) ? make(taskType, candidate, runtimeId) : null;
        }
    }

    @Override
    public List<Verdict> record(List<Entry> entries) {
        return record(entries, world.hangs);
    }

    @Override
    public List<Verdict> recordPatiently(List<Entry> entries) {
        world.onPatience.run();
        return record(entries, claim -> false);
    }

    private List<Verdict> record(List<Entry> entries, Predicate<Claim> hanging) {
        world.weather();
        if (entries.stream().anyMatch(entry -> world.chokesOn.test(entry.run().claim()))) {
            throw new IllegalStateException("a bug");
        }
        synchronized (world) {
            return entries.stream()
                    .map(entry -> hanging.test(entry.run().claim())
                            ? new Verdict.Delayed(entry.run().claim().ticketId(), "it hangs", true)
                            : settle(entry))
                    .toList();
        }
    }

    @Override
    public RunTimeout.Times runTimes(long taskTypeId) {
        return world.runTimes.get();
    }

    private Verdict settle(Entry entry) {
        Claim claim = entry.run().claim();
        if (world.locked.test(claim)) {
            return new Verdict.Delayed(claim.ticketId(), "its row is locked", false);
        }
        if (claims.remove(claim.ticketId()) == null) {
            return new Verdict.Stale(claim.ticketId());
        }
        world.recorded.add(entry.run());
        Outcome outcome = entry.run().outcome();
        String key = key(claim.taskTypeId(), claim.subject().id());
        backingOff.remove(key);
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
        if (outcome instanceof Outcome.TimedOut timedOut) {
            return again(claim, key, timedOut.error());
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
        if (!world.move(claim.subject().id(), inbox.inboxStatus(), to)) {
            return new Verdict.Written(claim.ticketId(), TicketStatus.OVERTAKEN, null, null, null);
        }
        return new Verdict.Written(
                claim.ticketId(), TicketStatus.COMPLETED, null, null, new StatusChange(FakeWorld.TABLE, to));
    }

    private Verdict again(Claim claim, String key, String error) {
        Instant at = Instant.now().plusMillis(20);
        backingOff.put(key, at);
        return new Verdict.Written(claim.ticketId(), TicketStatus.FAILED, error, at, null);
    }

    @Override
    public void giveBack(Collection<Claim> given) {
        world.weather();
        synchronized (world) {
            given.forEach(claim -> claims.remove(claim.ticketId()));
        }
    }

    @Override
    public int giveBackAllBut(long taskTypeId, Set<Long> runtimeIds, Set<Long> kept) {
        return giveBack(kept, claim -> claim.taskTypeId() == taskTypeId && runtimeIds.contains(claim.runtimeId()));
    }

    @Override
    public int giveBackUnstarted(long runtimeId, Set<Long> kept) {
        return giveBack(kept, claim -> claim.runtimeId() == runtimeId);
    }

    private int giveBack(Set<Long> kept, Predicate<Claim> concerned) {
        world.weather();
        synchronized (world) {
            int before = claims.size();
            claims.values().removeIf(claim -> concerned.test(claim) && !kept.contains(claim.ticketId()));
            return before - claims.size();
        }
    }

    @Override
    public Standing settle(TaskType taskType, InboxShape shape) {
        world.weather();
        world.onSettle.accept(taskType);
        synchronized (world) {
            String mine = key(taskType.id(), "");
            List<Instant> waiting = backingOff.entrySet().stream()
                    .filter(e -> e.getKey().startsWith(mine) && !claimed(e.getKey()))
                    .map(Map.Entry::getValue)
                    .sorted()
                    .toList();
            long given = dead.stream().filter(d -> d.startsWith(mine)).count();
            return new Standing(
                    waiting.size(), waiting.isEmpty() ? null : waiting.get(0), 0, 0, 0, given, 0, List.of());
        }
    }

    @Override
    public Rescued rescue() {
        world.housekeeping.add("rescue");
        world.weather();
        return new Rescued(0, 0, Set.of());
    }

    @Override
    public Survey survey() {
        world.housekeeping.add("survey");
        world.weather();
        synchronized (world) {
            return new Survey(claims.size(), 0, 0, 0, 0, dead.size(), true);
        }
    }

    @Override
    public void housekeep() {
        world.weather();
    }
}
