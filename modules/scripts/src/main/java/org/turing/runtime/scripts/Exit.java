package org.turing.runtime.scripts;

import org.jspecify.annotations.Nullable;

/**
 * How a process ended.
 *
 * @param code its exit code, or null if it did not exit by itself or that was not seen
 * @param signal the name of the signal that ended it, or null
 * @param cause why it was ended from outside the run, or null
 */
record Exit(
        @Nullable Integer code,
        @Nullable String signal,
        @Nullable String cause) {

    /** From sysexits.h, which shells, mail programs and many others keep to. */
    private static final int UNAVAILABLE = 69;

    private static final int TEMPORARY_FAILURE = 75;

    static Exit lost(String cause) {
        return new Exit(null, null, cause);
    }

    boolean clean() {
        return code != null && code == 0;
    }

    /** Whether it says by its code that not its subject is to blame but something that it needs. */
    boolean blamesEnvironment() {
        return code != null && (code == UNAVAILABLE || code == TEMPORARY_FAILURE);
    }

    /** For people: {@code exited with code 3}. */
    String describe() {
        if (code != null) {
            String meaning = code == UNAVAILABLE
                    ? " (EX_UNAVAILABLE: something that it needs is not there)"
                    : code == TEMPORARY_FAILURE ? " (EX_TEMPFAIL: something that it needs fails for now)" : "";
            return "exited with code " + code + meaning;
        }
        return signal != null ? "was ended by " + signal : "was lost";
    }
}
