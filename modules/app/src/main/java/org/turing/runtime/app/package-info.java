/**
 * The program: it reads the settings, understands the command line, wires the floors below together and runs them.
 * Nobody imports it.
 */
@NullMarked
package org.turing.runtime.app;

import org.jspecify.annotations.NullMarked;
