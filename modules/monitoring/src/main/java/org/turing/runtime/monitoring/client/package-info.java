/**
 * The command line's end of the HTTP API: blocking calls with limits on how long they wait, and errors that say what to
 * do. It needs no actor system.
 */
@NullMarked
package org.turing.runtime.monitoring.client;

import org.jspecify.annotations.NullMarked;
