package org.turing.runtime.scripts;

import org.jspecify.annotations.Nullable;

/** This machine can't do what a run needs, whatever its script and its subject are. */
final class HostFault extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** @param message what it can't do, why, and what to do about it */
    HostFault(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
