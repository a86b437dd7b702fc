/**
 * The one place where the records of {@code ports.view} and the requests become JSON and come back. The HTTP API, its
 * client and reports of the command line speak through it.
 */
@NullMarked
package org.turing.runtime.monitoring.json;

import org.jspecify.annotations.NullMarked;
