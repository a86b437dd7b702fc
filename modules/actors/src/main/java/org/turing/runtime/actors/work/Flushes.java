package org.turing.runtime.actors.work;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.turing.runtime.actors.work.LedgerWriter.Flushed;
import org.turing.runtime.actors.work.LedgerWriter.Write;

/** Who waits until everything was tried once more, and what of it was not tried yet. Owned by the ledger's writer. */
final class Flushes {

    private record Flushing(ActorRef<Flushed> replyTo, Set<Write> untried) {}

    private final List<Flushing> asked = new ArrayList<>();

    /** @param everything what is to be tried first */
    void add(ActorRef<Flushed> replyTo, Stream<Write> everything) {
        asked.add(new Flushing(replyTo, everything.collect(Collectors.toCollection(Backlog::identitySet))));
    }

    /** These were tried, with whatever success; whose are all tried now has the answer. */
    void tried(Collection<Write> writes, Supplier<Flushed> answer) {
        asked.removeIf(request -> {
            writes.forEach(request.untried()::remove);
            boolean over = request.untried().isEmpty();
            if (over) {
                request.replyTo().tell(answer.get());
            }
            return over;
        });
    }
}
