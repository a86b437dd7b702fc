/**
 * PostgreSQL behind the ports: registry, inboxes, ledger, lease, clock and notifications, and the migrations of the
 * runtime's own schema. The program makes a {@link org.turing.runtime.database.Database} and hands the rest to the
 * actors as ports; nobody else writes SQL against that schema.
 */
@NullMarked
package org.turing.runtime.database;

import org.jspecify.annotations.NullMarked;
