package org.turing.runtime.actors.gate;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.turing.runtime.domain.gate.GateState;
import org.turing.runtime.domain.gate.Lease;

/**
 * With whom a gate deals: where each holder hears of it, whether it has been heard of lately, and which of its slots
 * lie idle. None of it is journalled: holders say it again, or it means nothing any more. Owned by one gate.
 */
final class GateHolders {

    /**
     * After so many checks in a row without a word a holder is lost. Counted, so that a gate's own pause is nobody's.
     */
    private static final int CHECKS = (int) ModelGate.SILENCE.dividedBy(JournalledGate.CHECK_EVERY);

    /**
     * In so many checks after a holder has said that a slot lies idle this is believed no longer: it is released by
     * then, or the word that something runs on it got lost.
     */
    private static final int IDLE_CHECKS = 2;

    /** One life of a holder. */
    record Life(long holder, UUID incarnation) {
        static Life of(Lease lease) {
            return new Life(lease.holder(), lease.incarnation());
        }

        /** Whether the lease is this life's own: in its name, and not quarantined. */
        boolean owns(Lease lease) {
            return !lease.quarantined() && equals(of(lease));
        }
    }

    private record Party(Life life, String name, ActorRef<ModelGate.Reply> replyTo) {}

    private final Map<Long, Party> parties = new HashMap<>();
    private final Map<Life, Integer> silentChecks = new HashMap<>();
    /** In which check each lease was not named first, of those that its holder did not name when it last renewed. */
    private final Map<Life, Map<Long, Integer>> notNamedSince = new HashMap<>();

    /** In which check each lease was said to lie idle. */
    private final Map<Long, Integer> idle = new HashMap<>();
    /** Those of them that were asked back. */
    private final Set<Long> askedBack = new HashSet<>();

    private int checks;

    /** The holder has said something. */
    Life heard(long holder, UUID incarnation, String name, ActorRef<ModelGate.Reply> replyTo) {
        Life life = new Life(holder, incarnation);
        parties.put(holder, new Party(life, name, replyTo));
        silentChecks.put(life, 0);
        return life;
    }

    /**
     * One more check: who has or wants slots and has not been heard of for so many checks that it must be lost. Who was
     * never heard of, since the gate started, has as much time from now on.
     */
    List<Life> lost(GateState state) {
        checks++;
        idle.values().removeIf(since -> checks - since >= IDLE_CHECKS);
        askedBack.retainAll(idle.keySet());
        Set<Life> present = Stream.concat(
                        state.leases().stream()
                                .filter(lease -> !lease.quarantined())
                                .map(Life::of),
                        state.waiting().stream().map(waiter -> new Life(waiter.holder(), waiter.incarnation())))
                .collect(Collectors.toSet());
        silentChecks.keySet().retainAll(present);
        notNamedSince.keySet().retainAll(present);
        present.forEach(life -> silentChecks.merge(life, 1, Integer::sum));
        return present.stream().filter(life -> silentChecks.get(life) > CHECKS).toList();
    }

    /**
     * The leases that are a holder's own and that it did not name, neither now nor in an earlier check: the grant or
     * the release was lost on the way. Those not named for the first time may be on their way, and so may those of
     * several renewals in one check: they can have waited together, for a gate that was starting, and know nothing of
     * what it has granted since.
     *
     * @param missing those that it did not name now
     */
    Set<Long> lostOnTheWay(Life life, Set<Long> missing) {
        Map<Long, Integer> before = notNamedSince.getOrDefault(life, Map.of());
        Map<Long, Integer> since = missing.stream()
                .collect(Collectors.toMap(Function.identity(), lease -> before.getOrDefault(lease, checks)));
        notNamedSince.put(life, since);
        return missing.stream().filter(lease -> since.get(lease) < checks).collect(Collectors.toSet());
    }

    /** Nothing runs on that lease. */
    void idle(long leaseId) {
        idle.put(leaseId, checks);
        askedBack.remove(leaseId);
    }

    /** Something runs on that lease. */
    void atWork(long leaseId) {
        idle.remove(leaseId);
        askedBack.remove(leaseId);
    }

    /** The leases on which nothing runs. */
    Set<Long> idle() {
        return idle.keySet();
    }

    /** Asks for idle leases, once for each. Returns whether any had not been asked for before. */
    boolean askBack(List<Lease> wanted) {
        List<Lease> asked =
                wanted.stream().filter(lease -> askedBack.add(lease.id())).toList();
        asked.forEach(lease -> tell(Life.of(lease), new ModelGate.YieldSlot(lease.id())));
        return !asked.isEmpty();
    }

    void tell(Life life, ModelGate.Reply reply) {
        Party party = parties.get(life.holder());
        if (party != null && party.life().equals(life)) {
            party.replyTo().tell(reply);
        }
    }

    /** A holder's name for people. */
    String name(long holder) {
        Party party = parties.get(holder);
        return party != null ? party.name() : "task type " + holder;
    }
}
