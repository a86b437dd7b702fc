/**
 * The fault campaign: runs the program from its jar, as processes of its own on a PostgreSQL of its own, strikes it in
 * every way that production does, and counts in a ledger of its own what was lost and what was done twice. Nobody comes
 * in; it knows the program by its command line, its tables and its processes only.
 */
@NullMarked
package org.turing.runtime.campaign;

import org.jspecify.annotations.NullMarked;
