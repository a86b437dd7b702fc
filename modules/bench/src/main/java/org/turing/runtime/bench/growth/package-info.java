/** What becomes of throughput and of tables as work, past, task types or workers grow, or others hold snapshots. */
@NullMarked
package org.turing.runtime.bench.growth;

import org.jspecify.annotations.NullMarked;
