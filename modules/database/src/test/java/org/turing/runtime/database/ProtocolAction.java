package org.turing.runtime.database;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * One thing that happens. The numbers choose among what there is to choose from at that moment, so that a history that
 * was made smaller still makes sense.
 *
 * @param kind what happens
 * @param runtime which runtime does it
 * @param which which reading, ticket or subject it is done with
 * @param how which variant of it
 */
record ProtocolAction(Kind kind, int runtime, int which, int how) {

    /** What can happen; how often in proportion to the others. */
    enum Kind {
        /** A runtime looks into an inbox and keeps the reading. */
        FIND(6),
        /** Likewise, and claims from it at once. */
        FIND_AND_CLAIM(12),
        /** A runtime claims what one of its readings shows, however old that is. */
        CLAIM(8),
        /** Likewise, and its statement waits between its snapshot and its unique check. */
        CLAIM_AND_WAIT(5),
        /** Likewise for whichever runtimes; one variant waits. */
        CLAIM_ELSEWHERE(6),
        /** Likewise, under the epoch of the gate that this runtime knows; one variant waits. */
        CLAIM_UNDER_A_SLOT(6),
        CLAIM_BY_HAND(4),
        /** A run is started: from now on its claim can't be given back. */
        START(3),
        /** A run succeeds; whoever holds its ticket by now. */
        SUCCEED(8),
        /** Likewise, and the recording waits in its last statement. */
        SUCCEED_AND_WAIT(3),
        FAIL(8),
        SKIP(3),
        SHUT_DOWN(3),
        CANCEL(1),
        /** All that a runtime ever held is recorded as one group. */
        RECORD_ALL(2),
        /** An outcome that was written is written again, as if its reply had been lost. */
        RECORD_AGAIN(1),
        GIVE_BACK(2),
        /** All that a runtime holds and did not start is given back, as when it leaves. */
        GIVE_BACK_UNSTARTED(2),
        /** What waits in the database goes on. */
        GO_ON(7),
        /** What waits in the database loses its connection. */
        LOSE_CONNECTION(1),
        /** A script of one's own moves its subject. */
        WRITE(2),
        /** Likewise, under {@code turing.hold}, and leaves its transaction open. */
        HOLD(3),
        COMMIT_HELD(3),
        /** The user locks a row, or changes it, and leaves the transaction open. */
        LOCK_ROW(2),
        UNLOCK_ROW(3),
        MOVE_ROW(3),
        /** A runtime's lease lapses and another one rescues, before it knows. */
        LOSE_LEASE(6),
        /** A runtime dies with what it has just claimed, and again as soon as it is back. */
        DIE_AGAIN_AND_AGAIN(4),
        /** A subject completes, the user moves it back, and so on. */
        GO_ROUND(4),
        LAPSE(3),
        RENEW(1),
        BEGIN_ANEW(3),
        END(1),
        /** Nothing more is to be claimed for a runtime's present identity. */
        DRAIN(3),
        /** A new incarnation of the gate begins at a runtime; the others know the earlier one yet. */
        RAISE(4),
        RESCUE(3),
        /** A day passes for everything that is claimed, and leases are renewed in time. */
        RUN_LONG(2),
        SETTLE(4),
        RETRY(2);

        private final int often;

        Kind(int often) {
            this.often = often;
        }

        /** Whether it makes one of the statements that can be made to wait. */
        boolean mayWait() {
            return switch (this) {
                case FIND_AND_CLAIM, CLAIM, CLAIM_AND_WAIT, CLAIM_BY_HAND, SUCCEED, SUCCEED_AND_WAIT -> true;
                case CLAIM_ELSEWHERE, CLAIM_UNDER_A_SLOT -> true;
                case FAIL, SKIP, SHUT_DOWN, CANCEL, RECORD_ALL, DIE_AGAIN_AND_AGAIN, GO_ROUND -> true;
                default -> false;
            };
        }
    }

    /** Histories of two or three runtimes. */
    static Arbitrary<List<ProtocolAction>> histories() {
        List<Kind> asOften = Arrays.stream(Kind.values())
                .flatMap(kind -> Collections.nCopies(kind.often, kind).stream())
                .toList();
        return Combinators.combine(
                        Arbitraries.of(asOften),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 7),
                        Arbitraries.integers().between(0, 3))
                .as(ProtocolAction::new)
                .list()
                .ofMinSize(20)
                .ofMaxSize(60);
    }
}
