package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.work.InboxThreads;
import org.turing.runtime.actors.work.InboxThreads.Pace;

/**
 * How long each kind of call to one task type's inbox takes, learned from the latest one, so that a slow inbox waits
 * for a thread among its like. A failure teaches only if it was slow: one that came at once says nothing of the next.
 */
final class InboxPace {

    /** What an inbox is asked. */
    enum Kind {
        EXAMINE(Pace.QUICK),
        FIND(Pace.QUICK),
        NAMED(Pace.QUICK),
        SETTLE(Pace.UNHURRIED),
        COUNT(Pace.UNHURRIED);

        private final Pace ifQuick;

        Kind(Pace ifQuick) {
            this.ifQuick = ifQuick;
        }
    }

    private final InboxThreads threads;
    private final Map<Kind, Duration> learned = new ConcurrentHashMap<>();

    InboxPace(InboxThreads threads) {
        this.threads = threads;
    }

    <T> CompletionStage<T> call(Kind kind, Callable<T> call) {
        return threads.call(pace(kind), () -> {
            long from = System.nanoTime();
            boolean answered = false;
            try {
                T answer = call.call();
                answered = true;
                return answer;
            } finally {
                learn(kind, Duration.ofNanos(System.nanoTime() - from), answered);
            }
        });
    }

    private Pace pace(Kind kind) {
        Duration latest = learned.get(kind);
        return latest == null ? Pace.UNKNOWN : isSlow(latest) ? Pace.SLOW : kind.ifQuick;
    }

    /** How long the latest call of that kind took; null if it is not known, or was slow. */
    @Nullable
    Duration ifQuick(Kind kind) {
        Duration latest = learned.get(kind);
        return latest == null || isSlow(latest) ? null : latest;
    }

    private void learn(Kind kind, Duration took, boolean answered) {
        if (answered || isSlow(took)) {
            learned.put(kind, took);
        }
    }

    private static boolean isSlow(Duration took) {
        return took.compareTo(InboxThreads.SLOW) > 0;
    }

    /** The registration changed: what was learned is about another query. */
    void forget() {
        learned.clear();
    }
}
