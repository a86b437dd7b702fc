/** From the commit that makes a row eligible to what is handed it. */
@NullMarked
package org.turing.runtime.bench.pickup;

import org.jspecify.annotations.NullMarked;
