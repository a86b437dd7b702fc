/** Programs on Node.js with their libraries from npm, or the reason why there are none. */
@NullMarked
package org.turing.runtime.bench.node;

import org.jspecify.annotations.NullMarked;
