package org.turing.runtime.campaign;

import java.time.Duration;
import java.util.List;
import org.turing.runtime.bench.Program;

/**
 * What a campaign is to do.
 *
 * @param series a name for campaigns of this kind, in lower case
 * @param seed from which every round draws its own
 * @param strikes in total, as {@link FaultPlan.Shape} counts them
 * @param strikesPerRound after so many, quiet and checks
 * @param kinds what may happen
 * @param setting how the runtimes are set up
 * @param longestPause between two strikes
 * @param lyingOneIn one killed runtime in so many is left lying until another one must have taken over
 * @param alone whether each strike waits until the one before is over
 * @param program the jar, with the flags of its Java
 * @param jarHash the first digits of the jar's SHA-256
 * @param python the interpreter of the scripts
 */
record Order(
        String series,
        long seed,
        int strikes,
        int strikesPerRound,
        List<FaultKind> kinds,
        RuntimeSetting setting,
        Duration longestPause,
        int lyingOneIn,
        boolean alone,
        Program program,
        String jarHash,
        String python) {

    /** What a round's plan is drawn for. */
    FaultPlan.Shape shape(int strikesOfRound) {
        return new FaultPlan.Shape(
                strikesOfRound, kinds, setting.runtimes(), setting.effectiveLease(), longestPause, lyingOneIn);
    }

    /** How many of the round's faults count as strikes. */
    int counted(RoundResult result) {
        return kinds.stream().anyMatch(FaultKind::kills)
                ? result.kills()
                : result.faults().values().stream().mapToInt(Integer::intValue).sum();
    }

    /** The command line that runs one round again. */
    String replay(int round) {
        return "java -cp modules/app/target/turing-runtime.jar:modules/bench/target/classes:modules/campaign/target/classes "
                + CampaignCommand.class.getName() + " --series " + series + " --seed " + seed + " --only-round " + round
                + " --kills-per-round " + strikesPerRound + " --kinds "
                + String.join(",", kinds.stream().map(FaultKind::toString).toList()) + " --lease "
                + setting.lease().toMillis() + "ms " + (setting.cluster() ? "--nodes " : "--runtimes ")
                + setting.runtimes() + " --longest-pause "
                + longestPause.toMillis() + "ms --lying-one-in " + lyingOneIn + (alone ? " --alone" : "");
    }
}
