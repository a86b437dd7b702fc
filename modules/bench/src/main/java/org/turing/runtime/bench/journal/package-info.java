/** What it takes an actor to remember an event. */
@NullMarked
package org.turing.runtime.bench.journal;

import org.jspecify.annotations.NullMarked;
