package org.turing.runtime.domain;

import java.util.Locale;

/** Where a ticket stands; the ledger's {@code status}, in lower case there. */
public enum TicketStatus {
    /** Claimed; its script runs or is about to. */
    RUNNING,
    /** Its script succeeded. */
    COMPLETED,
    /** Its script declined the subject with a {@code skip_reason}. */
    SKIPPED,
    /** This attempt failed; another one follows. */
    FAILED,
    /** The last attempt failed; nothing follows until {@code retry}. */
    DEAD,
    /** Somebody else moved the subject on meanwhile. */
    OVERTAKEN,
    /** Given up before an outcome: by a person, a shutdown or a rescue. Uses up no attempt. */
    CANCELLED;

    /** The name that the ledger uses. */
    public String sqlName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the ledger's name.
     *
     * @throws IllegalArgumentException if there is no such status
     */
    public static TicketStatus ofSqlName(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
