package org.turing.runtime.plugin;

import org.jspecify.annotations.Nullable;

/**
 * Work that needs no process: execution type {@code java}. A task type names it as {@code script_path =
 * 'steps.jar#com.example.MyStep'}, relative to the scripts folder. The class has a public constructor without
 * parameters; each lane has an instance of its own, so that {@link #process} is never called on one instance by two
 * threads. What is static is shared by all that uses the same jar, until the file changes.
 */
@FunctionalInterface
public interface Step {

    /**
     * Works on one subject. It is interrupted when it outlives the task type's timeout.
     *
     * @param input what the runtime knows of the subject
     * @return the result; never null
     * @throws Exception anything: the attempt has failed, with the exception's message as the error
     */
    Result process(Input input) throws Exception;

    /**
     * @param taskType the task type's name
     * @param ticketId the ticket
     * @param fence the fence to hand to {@code turing.hold}
     * @param subjectType the subject kind
     * @param subjectId the subject id
     * @param attempt 1 for the first attempt
     * @param model the model that a slot was granted for, or null
     * @param gpu the card of this machine on which that slot is counted, by the name that the settings give it, or null
     * @param fields the subject's row as a JSON object
     */
    record Input(
            String taskType,
            long ticketId,
            long fence,
            String subjectType,
            String subjectId,
            int attempt,
            @Nullable String model,
            @Nullable String gpu,
            String fields) {}

    /** What became of the subject. */
    sealed interface Result {
        /**
         * Success.
         *
         * @param status the status to move to, where the task type's outbox offers a choice; else null
         * @param output JSON to keep with the ticket, or null
         */
        record Success(@Nullable String status, @Nullable String output) implements Result {}

        /**
         * Declined.
         *
         * @param reason kept with the ticket
         */
        record Skip(String reason) implements Result {}

        /**
         * Failed.
         *
         * @param error kept with the ticket
         * @param retry whether another attempt may help
         */
        record Failure(String error, boolean retry) implements Result {}
    }
}
