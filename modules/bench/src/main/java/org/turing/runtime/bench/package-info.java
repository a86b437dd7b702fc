/**
 * Measures the program as its users run it: as processes of their own, from the jar, on a PostgreSQL of its own. The
 * build compiles it; its runs are started by hand (see README.md in this module) and their figures stand in
 * docs/performance.md. This room has what every benchmark stands on, and the campaign too; those that measure have
 * rooms of their own.
 */
@NullMarked
package org.turing.runtime.bench;

import org.jspecify.annotations.NullMarked;
