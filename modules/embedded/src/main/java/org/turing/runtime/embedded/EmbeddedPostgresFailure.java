package org.turing.runtime.embedded;

import org.jspecify.annotations.Nullable;

/** The embedded PostgreSQL can't be brought up or ended; the message names the cause and the next step. */
public final class EmbeddedPostgresFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EmbeddedPostgresFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    EmbeddedPostgresFailure(String message) {
        this(message, null);
    }
}
