/**
 * The journal of event-sourced actors: Pekko Persistence JDBC on the runtime's own connections and in its own schema.
 * The program asks {@link org.turing.runtime.journal.Journal} for what an actor system needs; actors see nothing but
 * Pekko's API.
 */
@NullMarked
package org.turing.runtime.journal;

import org.jspecify.annotations.NullMarked;
