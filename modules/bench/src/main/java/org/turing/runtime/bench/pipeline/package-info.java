/** How close work that waits for models comes to what their slots allow: one gate, and a whole pipeline. */
@NullMarked
package org.turing.runtime.bench.pipeline;

import org.jspecify.annotations.NullMarked;
