/**
 * What travels on the event stream: progress, changes seen by others, the state of the lease. Every event is a hint:
 * losing all of them costs latency, never work.
 */
@NullMarked
package org.turing.runtime.actors.event;

import org.jspecify.annotations.NullMarked;
