package org.turing.runtime.actors.registry;

import java.util.Set;
import java.util.concurrent.Executors;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.turing.runtime.actors.registry.TaskTypes.Steer;
import org.turing.runtime.actors.registry.TaskTypes.Steered;
import org.turing.runtime.actors.work.Blocking;
import org.turing.runtime.ports.Registry;

/**
 * Writes down what people pause and resume, before anybody follows it: it stands, whatever ends meanwhile. Knows which
 * readings of the registry may have missed it. Owned by the registry.
 */
final class Pauses {

    private final ActorContext<TaskTypes.Command> context;
    private final Registry rows;
    private final Blocking database;
    private int writing;
    private long written;

    Pauses(ActorContext<TaskTypes.Command> context, Registry rows) {
        this.context = context;
        this.rows = rows;
        this.database = Blocking.database(context.getSystem());
    }

    /** Answered by {@link Steered}. */
    void write(Steer steer, Set<Long> taskTypes) {
        writing++;
        context.pipeToSelf(
                database.call(Executors.callable(() -> rows.pause(taskTypes, steer.pause()))),
                (done, failure) -> new Steered(steer, taskTypes, failure));
    }

    void onSteered() {
        writing--;
        written++;
    }

    /** To be kept with a reading that begins now. */
    long mark() {
        return written;
    }

    /** Whether a reading that began at that mark shows all that is written now. */
    boolean shownSince(long mark) {
        return writing == 0 && written == mark;
    }
}
