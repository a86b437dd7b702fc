/**
 * Measures the program as its users run it: as processes of their own, from the jar, on a PostgreSQL of its own. The
 * build compiles it; its runs are started by hand (see README.md in this module) and their figures stand in
 * docs/performance.md. Nobody may use it.
 */
@NullMarked
package org.turing.runtime.bench;

import org.jspecify.annotations.NullMarked;
