/** What a runtime without work costs, beside an empty Pekko node. */
@NullMarked
package org.turing.runtime.bench.idle;

import org.jspecify.annotations.NullMarked;
