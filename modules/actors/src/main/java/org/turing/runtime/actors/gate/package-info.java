/**
 * A gate per model: the actor around the pure decisions of the domain. Task types ask it for slots; nobody else does.
 */
@NullMarked
package org.turing.runtime.actors.gate;

import org.jspecify.annotations.NullMarked;
