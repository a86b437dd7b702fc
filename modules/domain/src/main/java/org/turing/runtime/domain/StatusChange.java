package org.turing.runtime.domain;

import org.jspecify.annotations.Nullable;

/**
 * The event 'subjects of a table went to a status', published once committed. A hint: losing it costs latency, never
 * work.
 *
 * @param relation the table that changed
 * @param to the status that subjects went to, or null if that is not known (someone else's change)
 */
public record StatusChange(Relation relation, @Nullable String to) {}
