/**
 * Runtimes as child processes of this program: several nodes of one cluster on this machine, for who wants to see one
 * at work. They never outlive who started them.
 */
@NullMarked
package org.turing.runtime.app.nodes;

import org.jspecify.annotations.NullMarked;
