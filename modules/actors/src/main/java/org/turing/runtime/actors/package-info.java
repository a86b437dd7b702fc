/**
 * The actor system of one runtime: its guardian, and the way in for everything that is not an actor. The floors above
 * start it with {@link org.turing.runtime.actors.RuntimeActors} and speak to it through RuntimeControl.
 */
@NullMarked
package org.turing.runtime.actors;

import org.jspecify.annotations.NullMarked;
