package org.turing.runtime.campaign;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.turing.runtime.bench.Waiting;

/** One round: work, strikes by plan, quiet, checks. */
final class Round {

    /** All strikes over, all that is left must be done in this time. */
    private static final Duration LONGEST_SETTLING = Duration.ofMinutes(4);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private final Order order;
    private final CampaignServer server;
    private final int number;
    private final long seed;

    Round(Order order, CampaignServer server, int number) {
        this.order = order;
        this.server = server;
        this.number = number;
        this.seed = seedOf(order.seed(), number);
    }

    /** A round's own seed; neighbours have nothing in common. */
    static long seedOf(long campaignSeed, int round) {
        long mixed = (campaignSeed * 1_000_003L + round) * 0x9E3779B97F4A7C15L;
        return (mixed ^ mixed >>> 29) & 0xFFFF_FFFFL;
    }

    /**
     * Runs it.
     *
     * @param folder a new folder for logs, data folders and scripts
     * @param strikes how many, as {@link FaultPlan.Shape} counts them
     */
    RoundResult run(Path folder, int strikes) throws IOException {
        long since = System.nanoTime();
        String mark = "c" + ProcessHandle.current().pid() + "-" + order.series() + "-" + number;
        try (Stage stage = new Stage(server, folder, mark, order)) {
            Recovery recovery = new Recovery(stage.database());
            List<Fault> plan = FaultPlan.of(seed, order.shape(strikes));
            stage.open();
            strike(stage, plan, new Striker(stage, recovery));
            settle(stage);
            Verdict verdict = new Verdict(stage.database(), stage.mark(), stage::incident);
            verdict.checkIdle();
            for (RuntimePlace place : stage.places()) {
                place.terminate();
            }
            verdict.checkLeft();
            return result(stage, verdict, recovery, plan, since);
        }
    }

    private void strike(Stage stage, List<Fault> plan, Striker striker) throws IOException {
        for (Fault fault : plan) {
            Waiting.pause(fault.pause());
            if (order.alone()) {
                stage.awaitHealed();
                if (stage.isCluster()) {
                    stage.awaitShared();
                }
            }
            striker.strike(fault);
        }
    }

    /** Waits until every subject has reached its final status. */
    private void settle(Stage stage) throws IOException {
        stage.awaitHealed();
        stage.stopFeeding();
        long since = System.nanoTime();
        long unfinished = stage.load().unfinished();
        while (unfinished > 0 && System.nanoTime() - since < LONGEST_SETTLING.toNanos()) {
            Waiting.pause(BETWEEN_LOOKS);
            unfinished = stage.load().unfinished();
        }
        if (unfinished > 0) {
            stage.incident(unfinished + " subjects have not reached their final status " + LONGEST_SETTLING.toSeconds()
                    + " s after the last strike");
        }
    }

    private RoundResult result(Stage stage, Verdict verdict, Recovery recovery, List<Fault> plan, long since)
            throws IOException {
        Map<String, Integer> faults = new TreeMap<>();
        plan.forEach(fault -> faults.merge(fault.kind().toString(), 1, Integer::sum));
        long lost = verdict.lost();
        long doubled = verdict.doubled();
        verdict.outlived();
        if (stage.isCluster()) {
            verdict.overlapped();
        }
        return new RoundResult(
                order.series(),
                order.seed(),
                number,
                seed,
                order.jarHash(),
                faults,
                stage.load().subjects(),
                verdict.transitions(),
                lost,
                doubled,
                verdict.reexecutions(),
                verdict.deadlocks(),
                stage.places().stream().mapToInt(RuntimePlace::refusedStarts).sum(),
                stage.givenUp(),
                recovery.slowestChildrenMillis(),
                recovery.figures(),
                stage.incidents(),
                (System.nanoTime() - since) / 1_000_000_000L);
    }
}
