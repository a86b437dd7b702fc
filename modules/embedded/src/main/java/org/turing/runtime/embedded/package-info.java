/**
 * A PostgreSQL server of our own, and the data folder that it lives in: one runtime at a time, found again by the next
 * one and by the command line. Knows nothing of task types; whoever needs a database may come in.
 */
@NullMarked
package org.turing.runtime.embedded;

import org.jspecify.annotations.NullMarked;
