/**
 * When to look and how much to take: pure arithmetic over durations and counts. Task-type actors ask it; it knows
 * neither clocks nor timers.
 */
@NullMarked
package org.turing.runtime.domain.pace;

import org.jspecify.annotations.NullMarked;
