package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.tasktype.Intake.Look;
import org.turing.runtime.domain.Candidate;

/**
 * Candidates that looks found and nobody has claimed yet, the oldest first. Each is claimed against the snapshot of the
 * look that found it. Owned by one task-type actor.
 */
final class Reserve {

    /** How long candidates are of use. */
    static final Duration KEEPS = Duration.ofSeconds(5);

    /**
     * Candidates of one look.
     *
     * @param snapshot that of the look
     */
    record Some(Look look, String snapshot, List<Candidate> candidates) {}

    private record Catch(Look look, String snapshot, long atNanos, Deque<Candidate> candidates) {}

    private final Deque<Catch> catches = new ArrayDeque<>();

    /** Keeps what a look found but for those subjects that are known. */
    void keep(Look look, String snapshot, List<Candidate> candidates, Set<String> known, long atNanos) {
        Deque<Candidate> fresh = new ArrayDeque<>(candidates);
        fresh.removeIf(candidate -> known.contains(candidate.subject().id()));
        if (!fresh.isEmpty()) {
            catches.add(new Catch(look, snapshot, atNanos, fresh));
        }
    }

    /** Takes candidates of the oldest look, or returns null if there are none. */
    @Nullable
    Some take(int count) {
        Catch oldest = catches.peek();
        if (oldest == null) {
            return null;
        }
        List<Candidate> taken = new ArrayList<>();
        while (taken.size() < count && !oldest.candidates().isEmpty()) {
            taken.add(oldest.candidates().poll());
        }
        catches.poll();
        if (!oldest.candidates().isEmpty()) {
            catches.addFirst(
                    new Catch(oldest.look().waited(), oldest.snapshot(), oldest.atNanos(), oldest.candidates()));
        }
        return new Some(oldest.look(), oldest.snapshot(), taken);
    }

    /** Drops what is too old. Returns whether there was any. */
    boolean dropOld(long nowNanos) {
        return catches.removeIf(found -> nowNanos - found.atNanos() > KEEPS.toNanos());
    }

    void drop() {
        catches.clear();
    }

    boolean isEmpty() {
        return catches.isEmpty();
    }

    int size() {
        return catches.stream().mapToInt(found -> found.candidates().size()).sum();
    }

    /** The ids of the subjects that are here. */
    Set<String> ids() {
        Set<String> ids = new HashSet<>();
        catches.forEach(found -> found.candidates()
                .forEach(candidate -> ids.add(candidate.subject().id())));
        return ids;
    }
}
