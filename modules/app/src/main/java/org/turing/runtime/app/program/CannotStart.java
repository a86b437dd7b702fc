package org.turing.runtime.app.program;

import org.jspecify.annotations.Nullable;

/** A runtime can't do what it was asked; the message names the thing, the cause and the next step. */
public final class CannotStart extends Exception {
    private static final long serialVersionUID = 1L;

    CannotStart(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
