package org.turing.runtime.domain.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * Always-hungry holders that keep the gate's contract, in simulated time: each runs items of one length on each lane
 * that it has, starts none on a lane that it was asked to yield, asks again for it and then releases it. The gate is
 * ticked at its deadlines.
 */
final class ObedientHolders {

    /**
     * @param lanes how many slots it would like in all
     * @param item how long one item takes
     * @param joins when it first asks
     * @param runtimes on whose hosts it can use slots; empty: on any
     */
    record Holder(long id, int priority, int lanes, Duration item, Instant joins, Set<Long> runtimes) {}

    private record Ending(Lease lease, Instant at) {}

    private final Gate gate;
    private final Map<Long, Holder> holders = new TreeMap<>();
    private final List<Holder> coming = new ArrayList<>();
    private final List<Ending> running = new ArrayList<>();
    private final Map<Long, Duration> ended = new HashMap<>();
    private final Map<Long, Instant> hungrySince = new HashMap<>();
    private Duration longestWait = Duration.ZERO;
    private Instant now = Gate.START;

    ObedientHolders(
            List<Offer> offers, BiFunction<GateState, GateCommand, List<GateEvent>> decide, List<Holder> holders) {
        this.gate = new Gate(offers, decide);
        for (Holder holder : holders) {
            this.holders.put(holder.id(), holder);
            coming.add(holder);
        }
        coming.sort(Comparator.comparing(Holder::joins));
    }

    /** Goes on until the next thing happens; false if nothing ever will. */
    boolean step() {
        Optional<Instant> item = running.stream().map(Ending::at).min(Comparator.naturalOrder());
        Optional<Instant> joins = coming.stream().map(Holder::joins).findFirst();
        Optional<Instant> deadline = gate.state().nextDeadline();
        Optional<Instant> next = List.of(item, joins, deadline).stream()
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder());
        next.ifPresent(instant -> {
            now = instant;
            if (joins.filter(instant::equals).isPresent()) {
                Holder holder = coming.remove(0);
                hungrySince.put(holder.id(), now);
                request(holder, holder.lanes());
            } else if (deadline.filter(instant::equals).isPresent()) {
                tell(new GateCommand.Tick(now));
            } else {
                itemEnds();
            }
        });
        return next.isPresent();
    }

    Instant now() {
        return now;
    }

    /** The slot time that a holder has had so far. */
    Duration slotTime(long holder) {
        return gate.state().leasesOf(holder).stream()
                .map(lease -> lease.heldAt(now))
                .reduce(ended.getOrDefault(holder, Duration.ZERO), Duration::plus);
    }

    /** The longest time so far, ended or not, for which a holder had no slot at all though it asked for one. */
    Duration longestWait() {
        return hungrySince.values().stream()
                .map(since -> Duration.between(since, now))
                .reduce(longestWait, (one, other) -> one.compareTo(other) > 0 ? one : other);
    }

    private void itemEnds() {
        Ending ending = running.stream().min(Comparator.comparing(Ending::at)).orElseThrow();
        running.remove(ending);
        Lease lease = gate.state().lease(ending.lease().id()).orElseThrow();
        Holder holder = holders.get(lease.holder());
        if (!lease.asked()) {
            running.add(new Ending(lease, now.plus(holder.item())));
            return;
        }
        int keeps = gate.state().leasesOf(holder.id()).size() - 1;
        request(holder, holder.lanes() - keeps);
        tell(new GateCommand.Release(lease.id(), now));
    }

    private void request(Holder holder, int wanted) {
        tell(new GateCommand.Request(
                holder.id(), Gate.life(holder.id()), wanted, holder.priority(), holder.runtimes(), now));
    }

    private void tell(GateCommand command) {
        for (GateEvent event : gate.tell(command)) {
            if (event instanceof GateEvent.Granted granted) {
                Lease lease = granted.lease();
                running.add(
                        new Ending(lease, now.plus(holders.get(lease.holder()).item())));
                fed(lease.holder());
            } else if (event instanceof GateEvent.Released released) {
                ended.merge(released.holder(), released.held(), Duration::plus);
                if (gate.state().leasesOf(released.holder()).isEmpty()) {
                    hungrySince.put(released.holder(), now);
                }
            }
        }
    }

    private void fed(long holder) {
        Instant since = hungrySince.remove(holder);
        if (since != null) {
            Duration waited = Duration.between(since, now);
            longestWait = waited.compareTo(longestWait) > 0 ? waited : longestWait;
        }
    }
}
