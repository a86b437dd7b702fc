/** Tests with real processes: every way to run a script, and every way in which one can go wrong. */
@NullMarked
package org.turing.runtime.scripts;

import org.jspecify.annotations.NullMarked;
