/** Throughput before, during and after a restart of PostgreSQL. */
@NullMarked
package org.turing.runtime.bench.restart;

import org.jspecify.annotations.NullMarked;
