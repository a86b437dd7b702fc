/** Single functions on the hot path, by JMH. Those that a package keeps for itself are measured from within it. */
@NullMarked
package org.turing.runtime.bench.micro;

import org.jspecify.annotations.NullMarked;
