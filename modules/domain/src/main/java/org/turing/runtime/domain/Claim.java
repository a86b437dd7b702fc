package org.turing.runtime.domain;

import org.jspecify.annotations.Nullable;

/**
 * The live, exclusive right to run a task type on a subject: a ticket's present.
 *
 * @param ticketId the ticket, unique for ever
 * @param fence grows with each new holder; every outcome carries it
 * @param taskTypeId the task type
 * @param subject the subject
 * @param attempt 1 for the first attempt
 * @param chain the chain that the ticket belongs to
 * @param model the model that it needs, or null
 * @param runtimeId the runtime that holds it: its lease covers it, there it runs and from there its outcome is written
 * @param fields the subject's row as a JSON object
 */
public record Claim(
        long ticketId,
        long fence,
        long taskTypeId,
        Subject subject,
        int attempt,
        Chain chain,
        @Nullable String model,
        long runtimeId,
        String fields) {

    /** The same claim without the subject's row. */
    public Claim withoutFields() {
        return new Claim(ticketId, fence, taskTypeId, subject, attempt, chain, model, runtimeId, "");
    }
}
