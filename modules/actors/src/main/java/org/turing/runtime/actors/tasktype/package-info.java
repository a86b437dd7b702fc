/**
 * One actor per task type: it looks at its inbox, asks its gate, claims, and keeps its lanes busy. Spawned by the
 * registry actor, which also retires it.
 */
@NullMarked
package org.turing.runtime.actors.tasktype;

import org.jspecify.annotations.NullMarked;
