/** Jobs per second through Python, beside loops that do only what can't be left out. */
@NullMarked
package org.turing.runtime.bench.scripts;

import org.jspecify.annotations.NullMarked;
