/**
 * How nodes become one runtime: what a node offers and where it finds the others, Pekko's settings that follow from it,
 * and joining. It knows nothing of task types and gates.
 */
@NullMarked
package org.turing.runtime.actors.cluster;

import org.jspecify.annotations.NullMarked;
