package org.turing.runtime.actors.work;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;

/**
 * The few threads, each with a connection of its own, on which inboxes are asked. Users' queries take as long as they
 * take: those known to be slow wait in a lane of their own and get half of the threads at most. Those of which nothing
 * is known, and those that nothing hurries, leave one thread to looks known to be quick. Safe for use by many threads.
 */
public final class InboxThreads {

    /** A call that takes longer is slow: the next one of its kind waits in the slow lane. */
    public static final Duration SLOW = Duration.ofSeconds(1);

    /** What is known of how long a call takes. */
    public enum Pace {
        /** The latest one was quick. */
        QUICK,
        /** The latest one was quick, but there is time: no work waits for its answer. */
        UNHURRIED,
        /** There was none yet. */
        UNKNOWN,
        /** The latest one was slow. */
        SLOW
    }

    private record Job(Pace pace, Runnable start) {}

    private final Blocking calls;
    private final int threads;
    private final Deque<Job> waiting = new ArrayDeque<>();
    private final Map<Pace, Integer> running = new EnumMap<>(Pace.class);

    /** The threads of the dispatcher for inboxes. */
    public static InboxThreads of(ActorSystem<?> system) {
        Config config = system.settings().config();
        return new InboxThreads(
                Blocking.inboxes(system), config.getInt(Blocking.INBOXES + ".thread-pool-executor.fixed-pool-size"));
    }

    InboxThreads(Blocking calls, int threads) {
        this.calls = calls;
        this.threads = threads;
    }

    /**
     * Runs a call once there is a thread for its pace.
     *
     * @return its answer, or its exception unwrapped as the stage's failure
     */
    public <T> CompletionStage<T> call(Pace pace, Callable<T> call) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        enqueue(new Job(
                pace,
                () -> calls.call(call).whenComplete((value, failure) -> {
                    ended(pace);
                    if (failure == null) {
                        answer.complete(value);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                })));
        return answer;
    }

    private void enqueue(Job job) {
        synchronized (this) {
            waiting.add(job);
        }
        startWhatMay();
    }

    private void ended(Pace pace) {
        synchronized (this) {
            running.merge(pace, -1, Integer::sum);
        }
        startWhatMay();
    }

    /** A call may be over before its start returns, and is then followed by others from within. */
    private void startWhatMay() {
        for (Job job = next(); job != null; job = next()) {
            job.start().run();
        }
    }

    private synchronized @Nullable Job next() {
        for (Iterator<Job> jobs = waiting.iterator(); jobs.hasNext(); ) {
            Job job = jobs.next();
            if (mayStart(job.pace())) {
                jobs.remove();
                running.merge(job.pace(), 1, Integer::sum);
                return job;
            }
        }
        return null;
    }

    private boolean mayStart(Pace pace) {
        int slow = running.getOrDefault(Pace.SLOW, 0);
        int others = slow + running.getOrDefault(Pace.UNKNOWN, 0) + running.getOrDefault(Pace.UNHURRIED, 0);
        int all = others + running.getOrDefault(Pace.QUICK, 0);
        boolean leavesOne = others < Math.max(1, threads - 1);
        return all < threads
                && switch (pace) {
                    case QUICK -> true;
                    case UNHURRIED, UNKNOWN -> leavesOne;
                    case SLOW -> leavesOne && slow < Math.max(1, threads / 2);
                };
    }
}
