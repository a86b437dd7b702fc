/**
 * The gate of one model: who holds its slots, who waits, and what follows from a command, as pure functions over
 * records. The actor of a gate asks it, in memory or through a journal; it knows neither clocks, timers nor frameworks.
 */
@NullMarked
package org.turing.runtime.domain.gate;

import org.jspecify.annotations.NullMarked;
