/** Jobs per second: contenders take turns on one server. */
@NullMarked
package org.turing.runtime.bench.throughput;

import org.jspecify.annotations.NullMarked;
