/**
 * One actor per task type in the cluster: it looks at its inbox, asks its gate, claims, and keeps its lanes busy. A
 * sharded entity that the registry's orders start and retire; its keeper starts the actor again when it fails.
 */
@NullMarked
package org.turing.runtime.actors.tasktype;

import org.jspecify.annotations.NullMarked;
