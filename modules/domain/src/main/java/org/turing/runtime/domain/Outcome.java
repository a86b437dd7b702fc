package org.turing.runtime.domain;

import org.jspecify.annotations.Nullable;

/** What became of one run of a script, before the ledger has its say. */
public sealed interface Outcome {

    /** What went wrong, for people; null if nothing did, or if no run was made of it. */
    default @Nullable String error() {
        return null;
    }

    /** What the script returned, as JSON, or null. */
    default @Nullable String output() {
        return null;
    }

    /** Whether the server of the model may be why, which a script seldom says. */
    default boolean mayBeTheModels() {
        return false;
    }

    /** The same without what the script returned. */
    default Outcome withoutOutput() {
        return this;
    }

    /**
     * The script succeeded.
     *
     * @param status the status that it chose, or null
     * @param output its output as JSON, or null
     */
    record Succeeded(@Nullable String status, @Nullable String output) implements Outcome {
        @Override
        public Outcome withoutOutput() {
            return new Succeeded(status, null);
        }
    }

    /**
     * The script declined the subject.
     *
     * @param reason its {@code skip_reason}
     * @param output its output as JSON, or null
     */
    record Skipped(String reason, @Nullable String output) implements Outcome {
        @Override
        public Outcome withoutOutput() {
            return new Skipped(reason, null);
        }
    }

    /**
     * The script failed on this subject.
     *
     * @param error what went wrong, for people
     * @param retry whether another attempt may help
     * @param output its output as JSON, or null
     */
    record Failed(String error, boolean retry, @Nullable String output) implements Outcome {
        @Override
        public Outcome withoutOutput() {
            return new Failed(error, retry, null);
        }

        @Override
        public boolean mayBeTheModels() {
            return true;
        }
    }

    /**
     * The script was ended because it ran too long; another attempt may help.
     *
     * @param error after what time, and what to do about it
     */
    record TimedOut(String error) implements Outcome {
        @Override
        public boolean mayBeTheModels() {
            return true;
        }
    }

    /**
     * The script could not do its work for a reason that has nothing to do with the subject: it can't be started, its
     * model's server refuses, the database lacks what it needs. No attempt is used up.
     *
     * @param part what is not in order
     * @param error what went wrong and what to do about it
     */
    record Unrunnable(Environment part, String error) implements Outcome {
        @Override
        public boolean mayBeTheModels() {
            return part == Environment.MODEL;
        }
    }

    /**
     * The run was ended before it had an outcome; it uses up no attempt.
     *
     * @param reason who or what ended it
     * @param setAside whether the subject is set aside until {@code retry}: a person ended the run
     */
    record Cancelled(String reason, boolean setAside) implements Outcome {
        /** Ended by a shutdown, a lost worker or the like: the subject stays eligible. */
        public Cancelled(String reason) {
            this(reason, false);
        }
    }
}
