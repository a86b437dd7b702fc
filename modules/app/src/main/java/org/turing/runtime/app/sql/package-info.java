/**
 * A small SQL client, for machines that have none: takes scripts apart, runs them, shows results. It knows a connection
 * and nothing of the runtime.
 */
@NullMarked
package org.turing.runtime.app.sql;

import org.jspecify.annotations.NullMarked;
