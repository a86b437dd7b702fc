/**
 * What people and their scripts read on standard output: aligned tables and JSON. It knows nothing of commands or of
 * the database.
 */
@NullMarked
package org.turing.runtime.app.report;

import org.jspecify.annotations.NullMarked;
