/** Where the benchmarks start. Nobody may use it. */
@NullMarked
package org.turing.runtime.bench.suite;

import org.jspecify.annotations.NullMarked;
