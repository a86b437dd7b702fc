package org.turing.runtime.actors.tasktype;

import org.jspecify.annotations.Nullable;
import org.turing.runtime.ports.InboxShape;

/**
 * Whether a task type can work as it is registered: what its examination found, or what is wrong. Owned by one
 * task-type actor.
 */
final class Fitness {

    private @Nullable InboxShape shape;
    private @Nullable String warning;
    private @Nullable String fault;
    private boolean readingFailed;
    private boolean examining;

    /** An examination begins, unless one is under way. Nothing is known of the inbox until it ends. */
    boolean begin() {
        shape = null;
        boolean begins = !examining;
        examining = true;
        return begins;
    }

    void ended() {
        examining = false;
    }

    boolean examining() {
        return examining;
    }

    /** What is known of the inbox, or null while the task type can't claim. */
    @Nullable
    InboxShape shape() {
        return shape;
    }

    /** What people should know of the script although it can be run, or null. */
    @Nullable
    String warning() {
        return warning;
    }

    /** The script was examined; or it has run, and may be another one than was examined. */
    void ran(@Nullable String scriptWarning) {
        warning = scriptWarning;
    }

    /** What is wrong, or null. */
    @Nullable
    String fault() {
        return fault;
    }

    /**
     * The examination found nothing wrong. Returns whether that mends a fault: one that showed when the inbox was read
     * is mended only by a reading that works.
     */
    boolean found(PortCalls.Examination found) {
        shape = found.shape();
        return !readingFailed && mend();
    }

    /** A reading of the inbox worked. Returns whether that mends a fault. */
    boolean read() {
        return readingFailed && mend();
    }

    /**
     * Something is wrong. Returns whether that is news.
     *
     * @param reading whether it showed when the inbox was read, not when it was examined
     */
    boolean faulted(String reason, boolean reading) {
        boolean news = !reason.equals(fault);
        fault = reason;
        readingFailed = reading;
        shape = null;
        return news;
    }

    private boolean mend() {
        boolean mended = fault != null;
        fault = null;
        readingFailed = false;
        return mended;
    }
}
