package org.turing.runtime.bench.pickup;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.bench.report.Figures;
import org.turing.runtime.bench.report.Goal;

/** How a row becomes eligible. */
enum Way {
    DECLARED("status moved by the runtime (declared outbox)"),
    SOVEREIGN("status moved by a script itself"),
    WATCHED("row committed in another session, table watched"),
    POLLED("row committed in another session, table not watched");

    private final String title;

    Way(String title) {
        this.title = title;
    }

    /** How its waits should stand to those of a queue that is told by LISTEN and NOTIFY. */
    List<Goal> goals(String what, Figures own, @Nullable Figures peer) {
        if (this == POLLED) {
            return List.of();
        }
        Double median = peer == null ? null : own.median() / peer.median();
        Double p99 = peer == null ? null : own.percentile(99) / peer.percentile(99);
        return List.of(
                Goal.atMost(
                        "pick-up, " + what + ": median, times graphile-worker's", median, this == WATCHED ? 1.3 : 1),
                Goal.atMost("pick-up, " + what + ": p99, times graphile-worker's", p99, this == WATCHED ? 1.5 : 1));
    }

    String title() {
        return title;
    }

    /** Whether an earlier step makes the row eligible, rather than another session. */
    boolean byStep() {
        return this == DECLARED || this == SOVEREIGN;
    }
}
