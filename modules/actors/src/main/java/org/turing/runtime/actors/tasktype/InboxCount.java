package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.turing.runtime.actors.tasktype.TaskTypeActor.Standing;

/**
 * How many subjects may be claimed, as it was last counted, and who waits for the count. Owned by one task-type actor.
 */
final class InboxCount {

    /** Where counting stops. */
    static final int AT_MOST = 10_000;

    private static final Duration KEEPS = Duration.ofSeconds(1);

    private final List<ActorRef<Standing>> askers = new ArrayList<>();
    private long subjects = -1;
    private long countedAt;
    private boolean counting;

    /** Whether the last count serves still, and no new one is under way. */
    boolean fresh() {
        return !counting && System.nanoTime() - countedAt <= KEEPS.toNanos();
    }

    /** Somebody waits for the count. Returns whether it has to be begun. */
    boolean await(ActorRef<Standing> asker) {
        askers.add(asker);
        boolean begin = !counting;
        counting = true;
        return begin;
    }

    /** The count is there; -1 if it could not be made. */
    void counted(long count) {
        counting = false;
        countedAt = System.nanoTime();
        subjects = count;
    }

    /** Tells everybody who waits. */
    void tell(Standing standing) {
        askers.forEach(asker -> asker.tell(standing));
        askers.clear();
    }

    /** The last count; -1 if it is not known. */
    long subjects() {
        return subjects;
    }

    /** Whether counting stopped there. */
    boolean isMore() {
        return subjects >= AT_MOST;
    }
}
