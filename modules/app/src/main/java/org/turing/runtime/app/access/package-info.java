/**
 * The way of a command to the database: the one that is configured, the server of a running runtime, or the embedded
 * server started for as long as the command takes.
 */
@NullMarked
package org.turing.runtime.app.access;

import org.jspecify.annotations.NullMarked;
