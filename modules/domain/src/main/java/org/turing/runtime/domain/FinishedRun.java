package org.turing.runtime.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One run of a script that has ended, with everything that the ledger keeps of it.
 *
 * @param claim the claim under which it ran
 * @param outcome what became of it
 * @param startedAt when the script was given the subject, in the database's time
 * @param finishedAt when its result was there, in the database's time
 * @param log what the script printed
 * @param place where it ran
 * @param warning what people should know of the run although it is no error, or null
 */
public record FinishedRun(
        Claim claim,
        Outcome outcome,
        Instant startedAt,
        Instant finishedAt,
        RunLog log,
        Place place,
        @Nullable String warning) {

    /** The same run with another outcome. */
    public FinishedRun with(Outcome other) {
        return new FinishedRun(claim, other, startedAt, finishedAt, log, place, warning);
    }

    /** The same run without its texts that may be long: the subject's fields, the output, what was printed. */
    public FinishedRun brief() {
        RunLog silent = new RunLog("", "", log.exitCode());
        return new FinishedRun(
                claim.withoutFields(), outcome.withoutOutput(), startedAt, finishedAt, silent, place, warning);
    }

    /**
     * What a script printed, bounded; the middle of what was longer is left out.
     *
     * @param stdout standard output beside the result
     * @param stderr standard error
     * @param exitCode the exit code of a process that ended with this run, or null
     */
    public record RunLog(
            String stdout, String stderr, @Nullable Integer exitCode) {
        /** Nothing printed. */
        public static final RunLog EMPTY = new RunLog("", "", null);
    }

    /**
     * Where a script ran.
     *
     * @param host the machine's name
     * @param gpu the card on which its slot was counted, by name; null without one
     * @param scriptHash SHA-256 of the script file in hex, or null if it could not be read
     */
    public record Place(
            String host, @Nullable String gpu, @Nullable String scriptHash) {}
}
