package org.turing.runtime.domain.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiFunction;

/**
 * What must hold at a gate whatever it is told: follows a history with books of its own, kept from commands and events
 * alone, and fails at the first broken rule.
 */
final class GateRules {

    private record Out(long holder, UUID life, Instant quantumEnds) {}

    private final Gate gate;
    private final BiFunction<GateState, GateCommand, List<GateEvent>> decide;
    private final Map<Long, Out> out = new HashMap<>();
    private final Set<Long> lost = new HashSet<>();
    private final Set<Long> asked = new HashSet<>();
    private final Map<Long, Integer> wanted = new TreeMap<>();
    private final Map<Long, UUID> lives = new HashMap<>();
    private int slots;
    private boolean paused;
    private long lastLease;

    private GateRules(int slots, BiFunction<GateState, GateCommand, List<GateEvent>> decide) {
        this.gate = new Gate(slots, decide);
        this.decide = decide;
        this.slots = slots;
    }

    /** Plays a history at a gate of two slots that decides so; throws an {@link AssertionError} at a broken rule. */
    static void follow(List<Step> history, BiFunction<GateState, GateCommand, List<GateEvent>> decide) {
        GateRules rules = new GateRules(2, decide);
        Instant now = Gate.START;
        for (Step step : history) {
            now = now.plusMillis(step.later());
            rules.tell(step.command(rules.gate.state(), now));
        }
        assertThat(rules.gate.replayed()).as("events replayed").isEqualTo(rules.gate.state());
    }

    private void tell(GateCommand command) {
        GateState before = gate.state();
        expect(command);
        List<GateEvent> events = gate.tell(command);
        assertThat(decide.apply(before, command)).as("decided again").isEqualTo(events);
        for (GateEvent event : events) {
            note(event, command);
        }
        booksAgree();
        freeSlotsDoNotWait();
        usedIsBounded();
        if (command instanceof GateCommand.Tick || !events.isEmpty()) {
            settled(command.now());
        }
        if (!(command instanceof GateCommand.Request)) {
            assertThat(decide.apply(gate.state(), command))
                    .as("%s told twice", command)
                    .isEmpty();
        }
    }

    /** What the command alone changes in the books. */
    private void expect(GateCommand command) {
        if (command instanceof GateCommand.Request request) {
            boolean gone = lost.stream().anyMatch(id -> out.get(id).life().equals(request.incarnation()));
            if (!gone && request.wanted() > 0) {
                wanted.put(request.holder(), request.wanted());
                lives.put(request.holder(), request.incarnation());
            } else if (!gone) {
                wanted.remove(request.holder());
            }
        } else if (command instanceof GateCommand.Withdraw withdraw) {
            wanted.remove(withdraw.holder());
        } else if (command instanceof GateCommand.HolderLost gone) {
            if (gone.incarnation().equals(lives.get(gone.holder()))) {
                wanted.remove(gone.holder());
            }
            out.forEach((id, lease) -> {
                if (lease.life().equals(gone.incarnation())) {
                    lost.add(id);
                }
            });
        } else if (command instanceof GateCommand.Configure configure) {
            slots = configure.slots();
        } else if (command instanceof GateCommand.Pause) {
            paused = true;
        } else if (command instanceof GateCommand.Resume) {
            paused = false;
        }
    }

    private void note(GateEvent event, GateCommand command) {
        if (event instanceof GateEvent.Granted granted) {
            noteGranted(granted.lease());
        } else if (event instanceof GateEvent.Released released) {
            noteReleased(released, command);
        } else if (event instanceof GateEvent.YieldAsked yield) {
            noteAsked(yield.leaseId(), command.now());
        }
    }

    private void noteGranted(Lease lease) {
        assertThat(paused).as("granted while paused").isFalse();
        assertThat(out.size())
                .as("leases out before one more of %d slots", slots)
                .isLessThan(slots);
        assertThat(lease.id()).as("lease id").isGreaterThan(lastLease);
        assertThat(wanted).as("granted to one that waits").containsKey(lease.holder());
        assertThat(lease.incarnation()).isEqualTo(lives.get(lease.holder()));
        lastLease = lease.id();
        wanted.computeIfPresent(lease.holder(), (holder, slots) -> slots > 1 ? slots - 1 : null);
        out.put(lease.id(), new Out(lease.holder(), lease.incarnation(), lease.quantumEnds()));
    }

    private void noteReleased(GateEvent.Released released, GateCommand command) {
        long id = released.leaseId();
        assertThat(out).as("released lease is out").containsKey(id);
        if (command instanceof GateCommand.Cleared cleared) {
            assertThat(lost).as("cleared lease was lost").contains(id);
            assertThat(cleared.leaseId()).isEqualTo(id);
        } else {
            assertThat(command).isEqualTo(new GateCommand.Release(id, command.now()));
            assertThat(lost).as("a lost lease is freed by Cleared alone").doesNotContain(id);
        }
        assertThat(released.held()).isGreaterThanOrEqualTo(Duration.ZERO);
        out.remove(id);
        lost.remove(id);
        asked.remove(id);
    }

    private void noteAsked(long id, Instant now) {
        assertThat(out).as("asked lease is out").containsKey(id);
        assertThat(lost).as("asked lease lives").doesNotContain(id);
        assertThat(out.get(id).quantumEnds()).as("quantum of an asked lease").isBeforeOrEqualTo(now);
        assertThat(asked.add(id)).as("asked once").isTrue();
        boolean another = wanted.keySet().stream()
                .anyMatch(holder -> holder != out.get(id).holder());
        long yielding = asked.stream().filter(other -> !lost.contains(other)).count();
        boolean over = out.size() - yielding >= slots;
        assertThat(over || another && !paused).as("asked for somebody").isTrue();
    }

    private void booksAgree() {
        GateState state = gate.state();
        Map<Long, Integer> waiting = new TreeMap<>();
        state.waiting().forEach(waiter -> waiting.put(waiter.holder(), waiter.wanted()));
        assertThat(waiting).as("who waits").isEqualTo(wanted);
        assertThat(state.leases())
                .extracting(Lease::id)
                .as("leases out")
                .containsExactlyInAnyOrderElementsOf(out.keySet());
        assertThat(state.leases())
                .filteredOn(Lease::quarantined)
                .extracting(Lease::id)
                .as("quarantined")
                .containsExactlyInAnyOrderElementsOf(lost);
        assertThat(state.slots()).isEqualTo(slots);
        assertThat(state.paused()).isEqualTo(paused);
    }

    private void freeSlotsDoNotWait() {
        boolean idle = !paused && out.size() < slots && !wanted.isEmpty();
        assertThat(idle).as("a free slot while %s wait", wanted).isFalse();
    }

    private void usedIsBounded() {
        GateState state = gate.state();
        Set<Long> present = new HashSet<>(wanted.keySet());
        out.forEach((id, lease) -> {
            if (!lost.contains(id)) {
                present.add(lease.holder());
            }
        });
        Duration floor = present.stream()
                .map(holder -> state.used().getOrDefault(holder, Duration.ZERO))
                .min(Duration::compareTo)
                .orElse(Duration.ofDays(1));
        state.used().forEach((holder, time) -> {
            if (!present.contains(holder) && state.leasesOf(holder).isEmpty()) {
                assertThat(time).as("entry of absent holder %d", holder).isGreaterThan(floor);
            }
        });
    }

    /** Nothing is left to decide now, and the next deadline is the first instant at which something is. */
    private void settled(Instant now) {
        GateState state = gate.state();
        assertThat(decide.apply(state, new GateCommand.Tick(now))).as("settled").isEmpty();
        if (state.nextDeadline().isPresent()) {
            Instant deadline = state.nextDeadline().get();
            assertThat(deadline).as("next deadline").isAfter(now);
            assertThat(decide.apply(state, new GateCommand.Tick(deadline.minusNanos(1))))
                    .isEmpty();
            assertThat(decide.apply(state, new GateCommand.Tick(deadline)))
                    .as("at the deadline")
                    .isNotEmpty();
        } else {
            Instant late = now.plus(Duration.ofDays(1000));
            assertThat(decide.apply(state, new GateCommand.Tick(late)))
                    .as("no deadline")
                    .isEmpty();
        }
    }
}
