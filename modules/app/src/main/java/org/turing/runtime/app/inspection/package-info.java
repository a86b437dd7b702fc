/** Looks at what a runtime would work with, and changes nothing: for {@code check} and {@code start --dry-run}. */
@NullMarked
package org.turing.runtime.app.inspection;

import org.jspecify.annotations.NullMarked;
