/** What the measured runtime is given to run, and how it gets into a scripts folder. */
@NullMarked
package org.turing.runtime.bench.steps;

import org.jspecify.annotations.NullMarked;
