package org.turing.runtime.campaign;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Draws what happens in a round: the same seed and shape give the same faults and pauses. */
final class FaultPlan {

    /** Of ten strikes of a mixed round so many are kills. */
    private static final int KILLS_OF_TEN = 6;

    /** Where the node that speaks may be killed, one kill in so many strikes it. */
    private static final int SPEAKER_ONE_IN = 3;

    /** One kill in so many strikes a runtime that is still starting. */
    private static final int EARLY_ONE_IN = 6;

    private static final Duration SHORTEST_OUTAGE = Duration.ofMillis(200);
    private static final Duration OUTAGE_SPREAD = Duration.ofMillis(2800);
    private static final Duration RESTART_SPREAD = Duration.ofMillis(800);

    private FaultPlan() {}

    /**
     * What a plan is drawn for.
     *
     * @param strikes how many faults; where kills are among the kinds, how many of those
     * @param kinds what may happen
     * @param runtimes how many runtimes there are to strike
     * @param lease of the runtimes
     * @param longestPause between two strikes
     * @param lyingOneIn one killed runtime in so many is left lying until another one must have taken over
     */
    record Shape(
            int strikes, List<FaultKind> kinds, int runtimes, Duration lease, Duration longestPause, int lyingOneIn) {}

    static List<Fault> of(long seed, Shape shape) {
        Random random = new Random(seed);
        List<FaultKind> kills = shape.kinds().stream().filter(FaultKind::kills).toList();
        List<FaultKind> others =
                shape.kinds().stream().filter(kind -> !kind.kills()).toList();
        boolean killing = !kills.isEmpty();
        List<Fault> plan = new ArrayList<>();
        for (int counted = 0; counted < shape.strikes(); ) {
            boolean kill = killing && (others.isEmpty() || random.nextInt(10) < KILLS_OF_TEN);
            FaultKind kind = kill ? kill(kills, random) : others.get(random.nextInt(others.size()));
            plan.add(draw(kind, random, shape));
            counted += kill || !killing ? 1 : 0;
        }
        return plan;
    }

    private static FaultKind kill(List<FaultKind> kills, Random random) {
        if (kills.size() == 1) {
            return kills.get(0);
        }
        return random.nextInt(SPEAKER_ONE_IN) == 0 ? FaultKind.KILL_SPEAKER : FaultKind.KILL;
    }

    private static Fault draw(FaultKind kind, Random random, Shape shape) {
        Duration pause = upTo(shape.longestPause(), random);
        int runtime = random.nextInt(shape.runtimes());
        boolean early = kind == FaultKind.KILL && random.nextInt(EARLY_ONE_IN) == 0;
        return new Fault(kind, pause, runtime, length(kind, random, shape), early, random.nextInt(Integer.MAX_VALUE));
    }

    private static Duration length(FaultKind kind, Random random, Shape shape) {
        Duration beyondLease = shape.lease().plus(shape.lease().dividedBy(2)).plusSeconds(1);
        return switch (kind) {
            case KILL, KILL_SPEAKER ->
                random.nextInt(shape.lyingOneIn()) == 0 ? beyondLease : upTo(RESTART_SPREAD, random);
            case FREEZE -> beyondLease.plus(upTo(RESTART_SPREAD, random));
            case HALF_OPEN, FILL_DATABASE, FILL_DATA_FOLDER, JUMP_CLOCK, CUT_LINKS ->
                random.nextBoolean() ? beyondLease : SHORTEST_OUTAGE.plus(upTo(OUTAGE_SPREAD, random));
            case RESTART_DATABASE, CRASH_DATABASE -> SHORTEST_OUTAGE.plus(upTo(OUTAGE_SPREAD, random));
            case TERMINATE, KILL_SCRIPT, KILL_SUPERVISOR, TERMINATE_BACKENDS, DEADLOCK, EXHAUST_MEMORY ->
                upTo(RESTART_SPREAD, random);
        };
    }

    private static Duration upTo(Duration longest, Random random) {
        return Duration.ofMillis(random.nextInt((int) longest.toMillis() + 1));
    }
}
