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

    static Exit lost(String cause) {
        return new Exit(null, null, cause);
    }

    boolean clean() {
        return code != null && code == 0;
    }

    /** For people: {@code exited with code 3}. */
    String describe() {
        if (code != null) {
            return "exited with code " + code;
        }
        return signal != null ? "was ended by " + signal : "was lost";
    }
}
