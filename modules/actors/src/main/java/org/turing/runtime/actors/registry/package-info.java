/**
 * The registry as actors: which task types there are, what was selected of them, and the gates that they need. Spawned
 * by the guardian; nobody else spawns or retires task-type actors and gates.
 */
@NullMarked
package org.turing.runtime.actors.registry;

import org.jspecify.annotations.NullMarked;
