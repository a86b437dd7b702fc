package org.turing.runtime.monitoring.client;

import org.jspecify.annotations.Nullable;

/** A running runtime could not be asked, or would not do what it was asked; the message says why and what to do. */
public final class RuntimeCallFailed extends RuntimeException {

    private final Reason reason;

    RuntimeCallFailed(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** What kind of failure it was. */
    public Reason reason() {
        return reason;
    }

    /** Kinds of failure. */
    public enum Reason {
        /** Nobody listens there: no runtime runs, or it has another port. */
        NOT_RUNNING,
        /** Somebody listens, but no answer came in time or the connection broke. */
        NO_ANSWER,
        /** The token is not that runtime's. */
        TOKEN_REFUSED,
        /** What was named does not exist. */
        UNKNOWN_NAME,
        /** The runtime refused the request as it stands. */
        REQUEST_REFUSED,
        /** The runtime could not do it now. */
        FAILED,
        /** What answered is not a runtime, or one of another version. */
        NOT_UNDERSTOOD
    }
}
