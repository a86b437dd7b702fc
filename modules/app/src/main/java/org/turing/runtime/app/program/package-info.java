/**
 * The runtime as a program: it takes the data folder, brings up what lies below, runs it until its end and closes
 * everything in order.
 */
@NullMarked
package org.turing.runtime.app.program;

import org.jspecify.annotations.NullMarked;
