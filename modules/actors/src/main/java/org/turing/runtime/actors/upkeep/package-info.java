/**
 * What a runtime does beside its work: its lease, rescue, partitions, notifications, and knowing when nothing is left.
 * Spawned by the guardian.
 */
@NullMarked
package org.turing.runtime.actors.upkeep;

import org.jspecify.annotations.NullMarked;
