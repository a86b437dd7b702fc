package org.turing.runtime.actors.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.Steps;
import org.turing.runtime.domain.Chain;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.Subject;
import org.turing.runtime.ports.TicketLedger.Entry;
import org.turing.runtime.ports.view.RuntimeStatus;

class UnwrittenTest {

    private static final int MEGABYTE = 1 << 20;

    private final Unwritten unwritten = new Unwritten(new Unwritten.Bounds(100, 10 * MEGABYTE));

    @Test
    void oneTaskTypeComesToHoldHalfAndLeavesRoomToTheOthers() {
        int kept = 0;
        while (unwritten.room(1, 0) > 0) {
            unwritten.add(outcome(1, kept++, 0));
        }
        assertThat(kept).isEqualTo(50);
        assertThat(unwritten.room(2, 0)).isEqualTo(25);
    }

    @Test
    void whatIsHeavyCountsByItsWeight() {
        int kept = 0;
        while (unwritten.room(1, 0) > 0) {
            unwritten.add(outcome(1, kept++, MEGABYTE / 2));
        }
        assertThat(kept).isEqualTo(5);
        assertThat(unwritten.room(2, 0)).isPositive();
    }

    @Test
    void aSmallHeapHoldsLessThanTheSettingsSay() {
        Unwritten small = new Unwritten(new Unwritten.Bounds(100, 10 * MEGABYTE), 8 * MEGABYTE);
        small.add(outcome(1, 1, MEGABYTE / 2));
        assertThat(small.room(1, 0)).isZero();
        assertThat(unwritten.room(1, 0)).isPositive();
    }

    @Test
    void whatIsWrittenMakesRoomAgainAndCountsOnce() {
        for (int ticket = 0; ticket < 60; ticket++) {
            unwritten.add(outcome(1, ticket, 0));
            unwritten.add(outcome(1, ticket, 0));
        }
        assertThat(unwritten.room(1, 0)).isZero();
        assertThat(unwritten.standing().outcomes()).isEqualTo(60);
        for (int ticket = 0; ticket < 60; ticket++) {
            unwritten.remove(outcome(1, ticket, 0));
            unwritten.remove(outcome(1, ticket, 0));
        }
        assertThat(unwritten.room(1, 0)).isEqualTo(50);
        assertThat(unwritten.standing()).isEqualTo(RuntimeStatus.Unwritten.NONE);
    }

    @Test
    void whatIsInFlightIsReckonedWithBeforeItIsKept() {
        assertThat(unwritten.room(1, 49)).isOne();
        assertThat(unwritten.room(1, 50)).isZero();
        unwritten.add(outcome(2, 1, 0));
        unwritten.add(outcome(2, 2, 0));
        assertThat(unwritten.room(1, 49)).isZero();
    }

    static Entry outcome(long taskTypeId, long ticketId, int characters) {
        Claim claim = new Claim(
                ticketId,
                ticketId,
                taskTypeId,
                new Subject("owl", "s" + ticketId),
                1,
                new Chain(new UUID(0, ticketId), 0),
                null,
                1,
                "{}");
        FinishedRun run = new FinishedRun(
                claim,
                new Outcome.Succeeded(null, "x".repeat(characters)),
                Instant.EPOCH,
                Instant.EPOCH,
                FinishedRun.RunLog.EMPTY,
                new FinishedRun.Place("test-host", null, null),
                null);
        return new Entry(Steps.step(taskTypeId, "step" + taskTypeId, null, "one", "done"), run);
    }
}
