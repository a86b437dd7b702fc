/** What people wait for at a start and at the command line. */
@NullMarked
package org.turing.runtime.bench.startup;

import org.jspecify.annotations.NullMarked;
