package org.turing.runtime.database;

/** The database can't be used as it is configured. The message names the thing, the cause and the next step. */
public final class DatabaseFault extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        /** The URL can't be understood. */
        URL,
        /** Nobody answers there, or not in time. */
        UNREACHABLE,
        /** What answers there is no PostgreSQL, or TLS or another option of the URL does not suit it. */
        NO_CONVERSATION,
        /**
         * It is there and can't serve now: no connection is left, it is starting up, its disk is full, it only reads.
         */
        NOT_NOW,
        /** The user or the password was refused. */
        CREDENTIALS,
        /** The server has no such database. */
        MISSING,
        /** The server is older than the oldest supported one. */
        TOO_OLD,
        /** The user may not create or use the runtime's schema. */
        RIGHTS,
        /** The login for work_queries can't be made or used. */
        READER,
        /** The way past the pooler leads nowhere, to another pooler or to another database. */
        DIRECT,
        /** The pooler refuses how the driver begins. */
        POOLER,
        /** The schema is not what the migrations expect, or can't be migrated from here. */
        SCHEMA
    }

    private final Reason reason;

    DatabaseFault(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** What is wrong, for those who decide by it. */
    public Reason reason() {
        return reason;
    }

    /** Whether time alone may mend it, so that it is worth waiting for. */
    public boolean isWeather() {
        return reason == Reason.UNREACHABLE || reason == Reason.NOT_NOW;
    }
}
