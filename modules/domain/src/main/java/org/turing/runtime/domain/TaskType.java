package org.turing.runtime.domain;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A registered kind of work: one row of {@code task_types}.
 *
 * @param id {@code task_type_id}
 * @param name {@code task_type_name}, unique
 * @param description free text; empty if none was given
 * @param pipeline the name that task types share, or null
 * @param enabled whether it may claim
 * @param workQuery a single SELECT whose rows are the inbox; null only with a declared inbox, whose query is then made
 * @param declaredInbox the inbox as columns, or null
 * @param scriptPath the script, relative to the scripts folder
 * @param requiresModel the model whose gate must grant a slot, or null for work without one
 * @param reads tables that the work_query reads beyond what its plan shows
 * @param writes tables that the script writes
 * @param executionType how the script is run
 * @param databaseAccess whether the script is handed the database's address and password; null means on for thick only
 * @param batchSize subjects per claim at most, and per process for {@code bulk}; at least 1
 * @param scaleLimit parallel subjects at most; null means the number of cores without a model, and what is granted with
 *     one
 * @param priority larger goes first; 0 by default
 * @param pollInterval the longest pause between two polls of an idle inbox, or null for the runtime's own limit
 * @param timeout the longest run of one subject, or null for {@code auto}
 * @param maxAttempts attempts before a subject is dead; at least 1
 * @param retryBackoff the pause after the first failed attempt; it doubles with every further one
 * @param rerun what becomes of a finished subject
 * @param scriptHash the hash that the script must have, or null for any
 */
public record TaskType(
        long id,
        String name,
        String description,
        @Nullable String pipeline,
        boolean enabled,
        @Nullable String workQuery,
        @Nullable DeclaredInbox declaredInbox,
        String scriptPath,
        @Nullable String requiresModel,
        List<String> reads,
        List<String> writes,
        ExecutionType executionType,
        @Nullable Boolean databaseAccess,
        int batchSize,
        @Nullable Integer scaleLimit,
        int priority,
        @Nullable Duration pollInterval,
        @Nullable Duration timeout,
        int maxAttempts,
        Duration retryBackoff,
        Rerun rerun,
        @Nullable String scriptHash) {
    public TaskType {
        reads = List.copyOf(reads);
        writes = List.copyOf(writes);
    }

    /** A message about this task type for where its name stands beside it: it need not repeat the name. */
    public String withoutName(String message) {
        return withoutName(name, message);
    }

    /** The same for whoever knows the task type by its name alone. */
    public static String withoutName(String taskTypeName, String message) {
        String name = "task type '" + taskTypeName + "': ";
        return message.startsWith(name) ? message.substring(name.length()) : message;
    }

    /** Whether the runtime moves the subject's status when a ticket completes. */
    public boolean movesStatus() {
        return declaredInbox != null && declaredInbox.movesStatus();
    }
}
