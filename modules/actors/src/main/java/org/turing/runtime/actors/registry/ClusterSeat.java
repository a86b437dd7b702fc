package org.turing.runtime.actors.registry;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.registry.TaskTypes.SeatDue;
import org.turing.runtime.actors.registry.TaskTypes.Seated;
import org.turing.runtime.actors.work.Blocking;
import org.turing.runtime.ports.ClusterRow;
import org.turing.runtime.ports.ClusterRow.Standing;

/**
 * Whether the cluster of this node is the one that works on the schema: it holds the row that says so, or stands by
 * until it can take it. Owned by the registry.
 */
final class ClusterSeat {

    /** How soon a seat that was not free, or could not be asked for, is asked for again. */
    private static final Duration AGAIN = Duration.ofSeconds(2);

    private final ActorContext<TaskTypes.Command> context;
    private final TimerScheduler<TaskTypes.Command> timers;
    private final ClusterRow row;
    private final Blocking database;
    /** Identities that this node had: what the row says of them is said of this cluster. */
    private final Set<Long> former = new HashSet<>();

    private long runtimeId;
    private boolean asking;
    private boolean held;
    private @Nullable String waitsFor;

    ClusterSeat(ActorContext<TaskTypes.Command> context, TimerScheduler<TaskTypes.Command> timers, ClusterRow row) {
        this.context = context;
        this.timers = timers;
        this.row = row;
        this.database = Blocking.database(context.getSystem());
    }

    /** This node's identity from now on; 0: it has none. The seat is taken anew under each. */
    void identity(long now, Set<Long> members) {
        if (now != runtimeId) {
            former.add(runtimeId);
            runtimeId = now;
            take(members);
        }
    }

    /**
     * Makes sure that the seat is still ours.
     *
     * @param speaker the identity that the row names, or null if none, or that is not known
     */
    void seen(@Nullable Long speaker, Set<Long> members) {
        if (held && (speaker == null || speaker != runtimeId)) {
            take(members);
        }
    }

    /** Takes the seat if it is free. */
    void take(Set<Long> members) {
        long asker = runtimeId;
        if (asker == 0 || asking) {
            return;
        }
        asking = true;
        Set<Long> mine = new HashSet<>(members);
        mine.addAll(former);
        mine.remove(0L);
        context.pipeToSelf(
                database.call(() -> row.take(asker, mine)),
                (standing, failure) -> new Seated(asker, standing, failure));
    }

    /**
     * Returns whether anything has changed.
     *
     * @param members identities of this cluster, as far as they are known now
     */
    boolean onSeated(Seated seated, Set<Long> members) {
        asking = false;
        Standing standing = seated.standing();
        if (!(standing instanceof Standing.Held)) {
            timers.startSingleTimer("seat", new SeatDue(), AGAIN);
        }
        if (standing instanceof Standing.HeldBy other && members.contains(other.runtimeId()) && !held) {
            // asked before it was known whose that is, as a new speaker does right after its start
            take(members);
            return false;
        }
        if (seated.runtimeId() != runtimeId) {
            take(members); // for who it is by now, who was not heard while the former one was answered
            return false;
        }
        if (standing == null) {
            return false; // asked again
        }
        String now = standing instanceof Standing.HeldBy other ? why(other) : null;
        boolean changed = held != (now == null) || now != null && !now.equals(waitsFor);
        held = now == null;
        waitsFor = now;
        return changed;
    }

    private static String why(Standing.HeldBy other) {
        return "runtime " + other.runtimeId() + " on " + other.host() + " (pid " + other.pid()
                + ") works on this schema; this one stands by and takes over when that one ends or its lease lapses";
    }

    /** Whether this cluster is the one. */
    boolean held() {
        return held;
    }

    /** Who is, or null if this one is, or that is not known yet. */
    @Nullable
    String waitsFor() {
        return waitsFor;
    }

    /** Lets another one take it. */
    void release() {
        long holder = runtimeId;
        if (held && holder != 0) {
            database.call(() -> {
                row.release(holder);
                return true;
            });
        }
    }
}
