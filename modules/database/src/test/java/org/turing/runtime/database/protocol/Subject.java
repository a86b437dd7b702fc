package org.turing.runtime.database.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.database.protocol.World.ClaimRow;
import org.turing.runtime.database.protocol.World.Ended;
import org.turing.runtime.database.protocol.World.Memory;
import org.turing.runtime.database.protocol.World.Place;
import org.turing.runtime.database.protocol.World.Settling;

/**
 * A user's row with all that the ledger has on it.
 *
 * @param tickets numbers drawn from {@code ticket_ids} for it
 * @param moves how often the runtime moved its status
 * @param past what happened to it, for the rules alone
 * @param userMoves how often the user may still move it
 * @param retries how often somebody may still say {@code retry}
 */
record Subject(
        Place place,
        List<ClaimRow> claims,
        Memory memory,
        List<Ended> history,
        @Nullable Settling settling,
        int tickets,
        int moves,
        Past past,
        int userMoves,
        int retries) {

    /**
     * What the rules know of a subject without asking the ledger's memory. Counted anew after {@code retry}.
     *
     * @param failures failed attempts since a success
     * @param interruptions rescues since an outcome
     * @param visits completed tickets
     * @param answered whether a success or a skip left it in the inbox, where it has been ever since
     */
    record Past(int failures, int interruptions, int visits, boolean answered) {
        static final Past NONE = new Past(0, 0, 0, false);

        Past failures(int now) {
            return new Past(now, interruptions, visits, answered);
        }

        Past interruptions(int now) {
            return new Past(failures, now, visits, answered);
        }

        Past unanswered() {
            return new Past(failures, interruptions, visits, false);
        }
    }

    /** Somebody moves it; what left the inbox is a new matter when it comes back. */
    Subject at(Place to) {
        Past now = to == Place.INBOX ? past : past.unanswered();
        return new Subject(to, claims, memory, history, settling, tickets, moves, now, userMoves, retries);
    }

    Subject moved(Place to) {
        Subject there = at(to);
        return new Subject(to, claims, memory, history, settling, tickets, moves + 1, there.past, userMoves, retries);
    }

    Subject claims(List<ClaimRow> rows) {
        return new Subject(place, rows, memory, history, settling, tickets, moves, past, userMoves, retries);
    }

    Subject remembers(Memory now) {
        return new Subject(place, claims, now, history, settling, tickets, moves, past, userMoves, retries);
    }

    Subject settling(@Nullable Settling now) {
        return new Subject(place, claims, memory, history, now, tickets, moves, past, userMoves, retries);
    }

    Subject past(Past now) {
        return new Subject(place, claims, memory, history, settling, tickets, moves, now, userMoves, retries);
    }

    Subject oneTicketMore() {
        return new Subject(place, claims, memory, history, settling, tickets + 1, moves, past, userMoves, retries);
    }

    Subject left(int userMovesLeft, int retriesLeft) {
        return new Subject(place, claims, memory, history, settling, tickets, moves, past, userMovesLeft, retriesLeft);
    }

    Subject ended(Ended row) {
        List<Ended> rows = new ArrayList<>(history);
        rows.add(row);
        return new Subject(
                place, claims, memory, List.copyOf(rows), settling, tickets, moves, past, userMoves, retries);
    }

    @Nullable
    ClaimRow claim(int ticket) {
        return claims.stream().filter(row -> row.ticket() == ticket).findFirst().orElse(null);
    }

    boolean claimed() {
        return claims.stream().anyMatch(ClaimRow::committed);
    }

    Subject without(Predicate<ClaimRow> gone) {
        return claims(claims.stream().filter(gone.negate()).toList());
    }

    Subject replace(Predicate<ClaimRow> which, UnaryOperator<ClaimRow> with) {
        return claims(claims.stream()
                .map(row -> which.test(row) ? with.apply(row) : row)
                .toList());
    }
}
