package org.turing.runtime.domain;

import java.util.List;

/**
 * A task type's subjects as columns of the registry instead of as a query: the runtime can then move the status itself.
 *
 * @param table {@code subject_table}, as the user wrote it (may be schema-qualified)
 * @param key {@code subject_key}, the column with the subject id
 * @param statusColumn {@code status_column}
 * @param inboxStatus the status that the task type picks up
 * @param outboxStatuses the statuses that a success may write; empty if the script moves the status itself
 */
public record DeclaredInbox(
        String table, String key, String statusColumn, String inboxStatus, List<String> outboxStatuses) {
    public DeclaredInbox {
        outboxStatuses = List.copyOf(outboxStatuses);
    }

    /** Whether the runtime moves the status, in the transaction that completes the ticket. */
    public boolean movesStatus() {
        return !outboxStatuses.isEmpty();
    }
}
