/**
 * The circuit breakers of one node, shared by the task types that live on it, and what tells a failure of the
 * environment from one of the subject. The task-type actors ask them before they claim and tell them what became of
 * each run.
 */
@NullMarked
package org.turing.runtime.actors.breaker;

import org.jspecify.annotations.NullMarked;
