package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.turing.runtime.database.ProtocolOracle.Held;
import org.turing.runtime.database.ProtocolOracle.Lock;
import org.turing.runtime.database.ProtocolOracle.Row;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.ports.TicketLedger.Entry;
import org.turing.runtime.ports.TicketLedger.Verdict;

/**
 * What must be answered to an outcome.
 *
 * @param kind written, delayed or stale
 * @param status what the ticket becomes if it is written
 * @param moves whether the subject's status moves with it
 */
record ProtocolVerdict(Class<? extends Verdict> kind, String status, boolean moves) {

    static ProtocolVerdict expected(ProtocolOracle oracle, Held held, Outcome outcome) {
        if (!held.live) {
            return new ProtocolVerdict(Verdict.Stale.class, "", false);
        }
        if (held.lock != Lock.NONE) {
            return new ProtocolVerdict(Verdict.Delayed.class, "", false);
        }
        if (outcome instanceof Outcome.Succeeded && held.taskType.movesStatus()) {
            return moving(oracle.row(held.key()));
        }
        return new ProtocolVerdict(Verdict.Written.class, status(held, outcome), false);
    }

    private static ProtocolVerdict moving(Row row) {
        return switch (row.status) {
            case "pending" ->
                row.lock == Lock.NONE
                        ? new ProtocolVerdict(Verdict.Written.class, "completed", true)
                        : new ProtocolVerdict(Verdict.Delayed.class, "", false);
            case "done" -> new ProtocolVerdict(Verdict.Written.class, "completed", false);
            default -> new ProtocolVerdict(Verdict.Written.class, "overtaken", false);
        };
    }

    private static String status(Held held, Outcome outcome) {
        if (outcome instanceof Outcome.Succeeded) {
            return "completed";
        }
        if (outcome instanceof Outcome.Skipped) {
            return "skipped";
        }
        if (outcome instanceof Outcome.Failed failed) {
            return failed.retry() && held.claim.attempt() < ProtocolOracle.MAX_ATTEMPTS ? "failed" : "dead";
        }
        return "cancelled";
    }

    /** The recording waits in the database, with all its locks. */
    void lock(ProtocolOracle oracle, Held held) {
        assertThat(kind).as("verdict on what got as far as being written").isEqualTo(Verdict.Written.class);
        held.lock = Lock.RECORDING;
        if (moves) {
            oracle.row(held.key()).lock = Lock.RECORDING;
        }
    }

    /** Nothing came of a recording that waited. */
    static void unlock(ProtocolOracle oracle, Held held) {
        held.lock = Lock.NONE;
        if (oracle.row(held.key()).lock == Lock.RECORDING) {
            oracle.row(held.key()).lock = Lock.NONE;
        }
    }

    /** Compares with the answer, and notes what it means. */
    void met(ProtocolOracle oracle, Held held, Entry entry, Verdict verdict) {
        assertThat(verdict).as("verdict on ticket %s", held.claim.ticketId()).isInstanceOf(kind);
        if (held.lock == Lock.RECORDING && kind == Verdict.Written.class) {
            unlock(oracle, held);
        }
        if (verdict instanceof Verdict.Written written) {
            assertThat(written.status().sqlName())
                    .as("status of ticket %s", held.claim.ticketId())
                    .isEqualTo(status);
            if (moves) {
                oracle.row(held.key()).status = "done";
            }
            held.written = entry;
            oracle.ended(held, status);
            boolean setAside = entry.run().outcome() instanceof Outcome.Cancelled cancelled && cancelled.setAside();
            oracle.memory.ended(held, status, setAside);
        }
    }
}
