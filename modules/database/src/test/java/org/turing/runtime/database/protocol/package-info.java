/**
 * The ticket protocol without a database: every order of its statements, explored to the end for small worlds. Tests
 * only; {@code docs/protocol.md} describes the same protocol in words and SQL, {@code ProtocolSqlTest} holds the real
 * statements to the same rules.
 */
@NullMarked
package org.turing.runtime.database.protocol;

import org.jspecify.annotations.NullMarked;
