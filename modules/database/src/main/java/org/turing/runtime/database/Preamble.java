package org.turing.runtime.database;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What PostgreSQL is told before a pool's own statements: what they must keep to, and what our SQL relies on. A session
 * that is ours is told once. One that a pooler lends, perhaps for a single transaction, is told in each of them, in
 * such a way that nothing stays behind for whoever has it next.
 *
 * @param longest the longest that a statement may take; at least 1 ms
 * @param ofSession what every new session is told; empty: nothing, and no session is relied upon
 * @param ofTransaction what every transaction begins with; empty: nothing
 */
record Preamble(Duration longest, String ofSession, String ofTransaction) {

    /** No work of ours leaves a transaction idle for so long: its process stood still, or is beyond a dead line. */
    private static final String NEVER_IDLE = "15s";

    /**
     * Plans of a table of live tickets are made when it is empty, or was when it was last looked at, and kept while
     * thousands of tickets go through it: then reading all of it looks cheap, and what it has left behind is read for
     * each ticket. Every statement of ours has an index to go by.
     */
    private static final String BY_INDEX = "enable_seqscan = off";

    /** For statements on users' tables and their triggers: planned as their owners are used to. */
    static final String AS_USERS_PLAN = "SET LOCAL enable_seqscan = on";

    /** After those. */
    static final String AS_WE_PLAN = "SET LOCAL " + BY_INDEX;

    /** @param lock how long a statement waits for a lock, in PostgreSQL's words */
    static Preamble ofSession(Duration longest, String lock) {
        return new Preamble(longest, told("SET ", longest, lock), "");
    }

    /** The same for statements of ours, which have an index to go by each. */
    Preamble byIndex() {
        return reliesOnSessions()
                ? new Preamble(longest, ofSession + "; SET " + BY_INDEX, ofTransaction)
                : new Preamble(longest, ofSession, ofTransaction + "; SET LOCAL " + BY_INDEX);
    }

    /**
     * The same for each transaction, its isolation included. As commands and not as a query: the work may still choose
     * another isolation, which must come before the first query.
     */
    static Preamble ofTransaction(Duration longest, String lock) {
        return new Preamble(
                longest, "", "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; " + told("SET LOCAL ", longest, lock));
    }

    /** The same, and a savepoint that the transaction can go back to whatever failed in it. */
    Preamble withSavepoint(String name) {
        return new Preamble(longest, ofSession, ofTransaction + "; SAVEPOINT " + name);
    }

    /** Whether a session is expected to keep what it was told. */
    boolean reliesOnSessions() {
        return !ofSession.isEmpty();
    }

    private static String told(String how, Duration longest, String lock) {
        return Stream.of(
                        "statement_timeout = " + Math.max(1, longest.toMillis()),
                        "lock_timeout = '" + lock + "'",
                        "idle_in_transaction_session_timeout = '" + NEVER_IDLE + "'",
                        "jit = off",
                        "standard_conforming_strings = on")
                .map(how::concat)
                .collect(Collectors.joining("; "));
    }
}
