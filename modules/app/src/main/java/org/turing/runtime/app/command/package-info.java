/**
 * The commands of {@code turing}, one class each. They speak to a running runtime by its HTTP API, else to the
 * database; reports go to standard output, everything else to standard error.
 */
@NullMarked
package org.turing.runtime.app.command;

import org.jspecify.annotations.NullMarked;
