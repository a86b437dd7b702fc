package org.turing.runtime.domain.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What must hold at a gate whatever it is told: follows a history with books of its own, kept from commands and events
 * alone, and fails at the first broken rule.
 */
final class GateRules {

    private record Out(
            long holder, UUID life, long runtime, @Nullable String gpu, Instant quantumEnds) {}

    private final Gate gate;
    private final BiFunction<GateState, GateCommand, List<GateEvent>> decide;
    private final Map<Long, Out> out = new HashMap<>();
    private final Set<Long> lost = new HashSet<>();
    private final Set<Long> asked = new HashSet<>();
    private final Map<Long, Integer> wanted = new TreeMap<>();
    private final Map<Long, UUID> lives = new HashMap<>();
    private final Map<Long, Set<Long>> usable = new HashMap<>();
    private Map<Long, Offer> offers;
    private final Set<Long> idle = new HashSet<>();
    private boolean paused;
    private long lastLease;

    private GateRules(List<Offer> offers, BiFunction<GateState, GateCommand, List<GateEvent>> decide) {
        this.gate = new Gate(offers, decide);
        this.decide = decide;
        this.offers = byRuntime(offers);
    }

    /**
     * Plays a history at a gate of two hosts with a slot each that decides so; throws an {@link AssertionError} at a
     * broken rule.
     */
    static void follow(List<Step> history, BiFunction<GateState, GateCommand, List<GateEvent>> decide) {
        GateRules rules = new GateRules(List.of(Gate.host(1, 1), Gate.host(2, 1)), decide);
        Instant now = Gate.START;
        for (Step step : history) {
            now = now.plusMillis(step.later());
            rules.hear(step);
            rules.tell(step.command(rules.gate.state(), now));
        }
        assertThat(rules.gate.replayed()).as("events replayed").isEqualTo(rules.gate.state());
    }

    /** What a holder says of its lanes, and nobody writes down. */
    private void hear(Step step) {
        long lease = step.lease(gate.state());
        if (step.kind() == Step.Kind.IDLE) {
            idle.add(lease);
            gate.idle(lease);
        } else if (step.kind() == Step.Kind.AT_WORK) {
            idle.remove(lease);
            gate.atWork(lease);
        }
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
        idleSlotsGoToWhoWaits();
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
            if (request.wanted() > 0) {
                wanted.put(request.holder(), request.wanted());
                lives.put(request.holder(), request.incarnation());
                usable.put(request.holder(), request.runtimes());
            } else {
                wanted.remove(request.holder());
            }
        } else if (command instanceof GateCommand.Withdraw withdraw) {
            wanted.remove(withdraw.holder());
        } else if (command instanceof GateCommand.HolderLost gone) {
            if (gone.incarnation().equals(lives.get(gone.holder()))) {
                wanted.remove(gone.holder());
            }
            lose(lease -> lease.life().equals(gone.incarnation()));
        } else if (command instanceof GateCommand.LeaseLost gone && out.containsKey(gone.leaseId())) {
            lost.add(gone.leaseId());
        } else if (command instanceof GateCommand.Configure configure) {
            offers = byRuntime(configure.offers());
            lose(lease -> !offers.containsKey(lease.runtime()));
        } else if (command instanceof GateCommand.Pause) {
            paused = true;
        } else if (command instanceof GateCommand.Resume) {
            paused = false;
        }
    }

    private void lose(Predicate<Out> gone) {
        out.forEach((id, lease) -> {
            if (gone.test(lease)) {
                lost.add(id);
            }
        });
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
        assertThat(offers).as("granted on a host that is offered").containsKey(lease.runtime());
        Offer offer = offers.get(lease.runtime());
        assertThat(outOn(lease.runtime()))
                .as("leases out on the host before one more of %d slots", offer.slots())
                .isLessThan(offer.slots());
        assertThat(canUse(lease.holder(), lease.runtime()))
                .as("granted on a host of use")
                .isTrue();
        placedWell(lease.holder(), offer);
        onTheRightCard(lease, offer);
        assertThat(lease.id()).as("lease id").isGreaterThan(lastLease);
        assertThat(wanted).as("granted to one that waits").containsKey(lease.holder());
        assertThat(lease.incarnation()).isEqualTo(lives.get(lease.holder()));
        lastLease = lease.id();
        wanted.computeIfPresent(lease.holder(), (holder, rest) -> rest > 1 ? rest - 1 : null);
        out.put(
                lease.id(),
                new Out(lease.holder(), lease.incarnation(), lease.runtime(), lease.gpu(), lease.quantumEnds()));
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
        assertThat(idle).as("at work, as far as is known").doesNotContain(id);
        long runtime = out.get(id).runtime();
        boolean another = wanted.keySet().stream()
                .anyMatch(holder -> holder != out.get(id).holder() && canUse(holder, runtime));
        long yielding = asked.stream()
                .filter(other -> !lost.contains(other) && out.get(other).runtime() == runtime)
                .count();
        long lyingIdle = out.keySet().stream()
                .filter(other -> idleOn(other, runtime) && !asked.contains(other))
                .count();
        boolean over =
                outOn(runtime) - yielding - lyingIdle >= offers.get(runtime).slots();
        assertThat(over || another && !paused)
                .as("asked for somebody who can use it")
                .isTrue();
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
        state.leases()
                .forEach(lease -> assertThat(lease.gpu())
                        .as("card of lease %d", lease.id())
                        .isEqualTo(out.get(lease.id()).gpu()));
        assertThat(state.offers()).containsExactlyInAnyOrderElementsOf(offers.values());
        assertThat(state.paused()).isEqualTo(paused);
    }

    private void freeSlotsDoNotWait() {
        boolean idle = !paused
                && wanted.keySet().stream()
                        .anyMatch(holder -> offers.values().stream()
                                .anyMatch(offer -> freeOn(offer) > 0 && canUse(holder, offer.runtime())));
        assertThat(idle)
                .as("a free slot while %s wait who can use %s", wanted, usable)
                .isFalse();
        assertThat(gate.state().free())
                .isEqualTo(offers.values().stream().mapToInt(this::freeOn).sum());
    }

    /** Nobody waits while a slot lies idle that he could have, and none is asked back that helps nobody. */
    private void idleSlotsGoToWhoWaits() {
        List<Lease> back = gate.state().idleAndWanted();
        assertThat(back).as("asked back once each").doesNotHaveDuplicates();
        Map<Long, Integer> missing = new TreeMap<>(paused ? Map.of() : wanted);
        assertThat(back).as("no more than those who wait want").hasSizeLessThanOrEqualTo(sum(missing));
        Map<Long, Integer> room = new HashMap<>();
        offers.forEach((runtime, offer) -> room.put(
                runtime,
                offer.slots()
                        - (int) out.keySet().stream()
                                .filter(id -> out.get(id).runtime() == runtime && !idleOn(id, runtime))
                                .count()));
        back.forEach(lease -> {
            assertThat(idle).as("asked back as it lies idle").contains(lease.id());
            assertThat(lost).as("asked of one who is there").doesNotContain(lease.id());
            assertThat(missing.keySet())
                    .as("somebody else can use lease %d", lease.id())
                    .anyMatch(holder -> holder != lease.holder() && canUse(holder, lease.runtime()));
            assertThat(room.merge(lease.runtime(), -1, Integer::sum))
                    .as("room on its host once it is back")
                    .isNotNegative();
        });
        if (back.isEmpty()) {
            assertThat(out.keySet())
                    .as("idle slots that somebody else could have")
                    .noneMatch(id -> idleOn(id, out.get(id).runtime())
                            && room.getOrDefault(out.get(id).runtime(), 0) > 0
                            && missing.keySet().stream()
                                    .anyMatch(holder -> holder != out.get(id).holder()
                                            && canUse(holder, out.get(id).runtime())));
        }
    }

    private boolean idleOn(long lease, long runtime) {
        return idle.contains(lease) && !lost.contains(lease) && out.get(lease).runtime() == runtime;
    }

    private static int sum(Map<Long, Integer> numbers) {
        return numbers.values().stream().mapToInt(number -> number).sum();
    }

    /** Of the hosts with room that the holder can use: loaded before not loaded, then most room, then least out. */
    private void placedWell(long holder, Offer chosen) {
        offers.values().stream()
                .filter(other -> freeOn(other) > 0 && canUse(holder, other.runtime()))
                .forEach(other -> {
                    int loaded = Boolean.compare(chosen.loaded(), other.loaded());
                    int free = Integer.compare(freeOn(chosen), freeOn(other));
                    int busy = Long.compare(outOn(other.runtime()), outOn(chosen.runtime()));
                    boolean worse = loaded < 0 || loaded == 0 && (free < 0 || free == 0 && busy < 0);
                    assertThat(worse)
                            .as("placed on %s rather than on %s", chosen, other)
                            .isFalse();
                });
    }

    /**
     * On one that no other card of the host has fewer leases than, so that those of two cards differ by one at most as
     * long as none ends; where several have equally few, on the one that the host names first.
     */
    private void onTheRightCard(Lease lease, Offer offer) {
        if (offer.gpus().isEmpty()) {
            assertThat(lease.gpu()).as("card on a host that names none").isNull();
            return;
        }
        List<Long> used = offer.gpus().stream()
                .map(gpu -> out.values().stream()
                        .filter(other -> other.runtime() == offer.runtime() && gpu.equals(other.gpu()))
                        .count())
                .toList();
        assertThat(lease.gpu())
                .as("card of %s, whose leases are %s", offer.gpus(), used)
                .isEqualTo(offer.gpus().get(used.indexOf(Collections.min(used))));
    }

    private boolean canUse(long holder, long runtime) {
        return usable.get(holder).isEmpty() || usable.get(holder).contains(runtime);
    }

    private int freeOn(Offer offer) {
        return (int) Math.max(0, offer.slots() - outOn(offer.runtime()));
    }

    private long outOn(long runtime) {
        return out.values().stream().filter(lease -> lease.runtime() == runtime).count();
    }

    private static Map<Long, Offer> byRuntime(List<Offer> offers) {
        return offers.stream().collect(Collectors.toMap(Offer::runtime, offer -> offer));
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
