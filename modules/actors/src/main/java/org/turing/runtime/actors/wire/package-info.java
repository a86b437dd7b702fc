/**
 * How messages travel between nodes: names that outlive a renaming of classes for the domain's sealed types, which know
 * nothing of it. What travels is marked with {@link org.turing.runtime.actors.Wire}.
 */
@NullMarked
package org.turing.runtime.actors.wire;

import org.jspecify.annotations.NullMarked;
