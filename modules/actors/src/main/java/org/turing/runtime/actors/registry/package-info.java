/**
 * The registry as an actor, one in the cluster: which task types and gates there are to be, what was selected of them,
 * and where they are. It tells the entities of {@code tasktype} and {@code gate}, which live on any {@code control}
 * node, and nobody else says who should be there. Started by the guardian.
 */
@NullMarked
package org.turing.runtime.actors.registry;

import org.jspecify.annotations.NullMarked;
