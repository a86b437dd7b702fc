/** The same work on more and more hosts, and what they cost. */
@NullMarked
package org.turing.runtime.bench.hosts;

import org.jspecify.annotations.NullMarked;
