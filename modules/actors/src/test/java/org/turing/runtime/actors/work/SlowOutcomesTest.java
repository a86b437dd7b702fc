package org.turing.runtime.actors.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.work.LedgerWriter.Write;
import org.turing.runtime.ports.TicketLedger.Entry;

class SlowOutcomesTest {

    private static final Duration QUICKLY = Duration.ofMillis(10);
    private static final Duration SLOWLY = Duration.ofSeconds(9);
    private static final long NOW = Long.MAX_VALUE - 5;

    private final SlowOutcomes slow = new SlowOutcomes();

    private static Write write(long taskTypeId, long ticketId) {
        Entry entry = UnwrittenTest.outcome(taskTypeId, ticketId, 0);
        return new Write(entry, TestInbox.<WorkerHost.RunEvent>create().getRef());
    }

    private static long after(Duration time) {
        return NOW + time.toNanos();
    }

    @Test
    void aRowThatHangsLetsTheOthersOfItsTaskTypePassOneByOne() {
        Write hangs = write(1, 1);
        Write second = write(1, 2);
        Write third = write(1, 3);
        List.of(hangs, second, third).forEach(slow::add);

        assertThat(slow.next(NOW)).containsExactly(hangs, second, third);
        slow.tried(1, List.of(hangs, second, third), SLOWLY, NOW);
        assertThat(slow.next(NOW)).as("before the pause is over").isEmpty();
        assertThat(slow.next(after(Duration.ofSeconds(1)))).containsExactly(hangs);
        slow.tried(1, List.of(hangs), SLOWLY, NOW);
        assertThat(slow.next(after(Duration.ofSeconds(2)))).containsExactly(second);
        assertThat(slow.tried(1, List.of(), QUICKLY, NOW)).isFalse();
        assertThat(slow.next(NOW)).containsExactly(third, hangs);
    }

    @Test
    void pausesGrowUntilSomethingIsWritten() {
        slow.add(write(1, 1));
        for (int seconds : List.of(1, 2, 4, 8, 16, 30, 30)) {
            List<Write> tried = slow.next(after(Duration.ofMinutes(1)));
            slow.tried(1, tried, SLOWLY, NOW);
            assertThat(slow.untilDue(NOW)).isEqualTo(Duration.ofSeconds(seconds));
        }
        slow.add(write(1, 2));
        slow.tried(1, List.of(), SLOWLY, NOW);
        assertThat(slow.untilDue(NOW)).isZero();
    }

    @Test
    void aTaskTypeIsSlowUntilEverythingIsWrittenAndTheLastOfItQuickly() {
        slow.add(write(1, 1));
        slow.next(NOW);
        assertThat(slow.tried(1, List.of(), SLOWLY, NOW)).isFalse();
        assertThat(slow.isSlow(1)).isTrue();
        slow.add(write(1, 2));
        slow.next(NOW);
        assertThat(slow.tried(1, List.of(), QUICKLY, NOW)).isTrue();
        assertThat(slow.isSlow(1)).isFalse();
        assertThat(slow.untilDue(NOW)).isNull();
    }

    @Test
    void taskTypesTakeTurns() {
        List.of(write(1, 1), write(2, 2)).forEach(slow::add);
        List<Write> first = slow.next(NOW);
        slow.putBack(first);
        assertThat(slow.next(NOW)).doesNotContainAnyElementsOf(first).hasSize(1);
        assertThat(slow.next(NOW)).isEqualTo(first);
    }

    @Test
    void whatIsTakenLeavesItsTaskTypeSlow() {
        Write write = write(1, 1);
        slow.add(write);
        assertThat(slow.takeAll()).containsExactly(write);
        assertThat(slow.all()).isEmpty();
        assertThat(slow.isSlow(1)).isTrue();
    }
}
