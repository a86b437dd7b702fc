package org.turing.runtime.actors.tasktype;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.Steps;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.Subject;

class InboxWatchTest {

    private static final long MS = 1_000_000;

    private final InboxWatch inbox = new InboxWatch();

    @Test
    void aWakeUpDuringALookAsksForAnotherOne() {
        inbox.begin();
        inbox.wake(7);
        inbox.foundNothing(1, false);
        assertThat(inbox.wanted()).isTrue();
        assertThat(inbox.empty()).isFalse();
        assertThat(inbox.begin()).isEqualTo(7);
    }

    @Test
    void theFirstWakeUpCountsForTheMeasureOfThePickUp() {
        inbox.begin();
        inbox.foundNothing(1, false);
        inbox.wake(5);
        inbox.wake(9);
        assertThat(inbox.begin()).isEqualTo(5);
    }

    @Test
    void anEmptyLookIsEmptyUntilSomethingArrives() {
        inbox.begin();
        inbox.foundNothing(42, false);
        assertThat(inbox.empty()).isTrue();
        assertThat(inbox.emptySince()).isEqualTo(42);
        inbox.wake(50);
        assertThat(inbox.empty()).isFalse();
    }

    @Test
    void thePauseGrowsWithEveryEmptyLookToItsLimitAndStartsAgainAfterAFind() {
        Duration shortest = Duration.ofMillis(100);
        Duration longest = Duration.ofSeconds(1);
        inbox.begin();
        inbox.foundNothing(1, false);
        assertThat(inbox.pause(shortest, longest, 0)).isEqualTo(shortest);
        for (int i = 0; i < 10; i++) {
            inbox.begin();
            inbox.foundNothing(1, false);
        }
        assertThat(inbox.pause(shortest, longest, 0)).isEqualTo(longest);
        inbox.begin();
        inbox.foundSome(false);
        assertThat(inbox.pause(shortest, longest, 0)).isEqualTo(shortest);
    }

    @Test
    void claimsThatGetNothingThreeTimesOverEndInAPauseInsteadOfASpin() {
        inbox.begin();
        inbox.foundSome(false);
        inbox.claimed(0, 1);
        inbox.claimed(0, 2);
        assertThat(inbox.wanted()).isTrue();
        inbox.begin();
        inbox.foundSome(false);
        inbox.claimed(0, 3);
        assertThat(inbox.wanted()).isFalse();
        assertThat(inbox.empty()).isTrue();
    }

    @Test
    void anEventAfterALookIsNotPutOff() {
        assertThat(inbox.gap(0)).isZero();
        look(0, 10);
        assertThat(inbox.gap(10 * MS)).isZero();
    }

    @Test
    void aDearLookIsNotRepeatedForEveryEventUnlessTheInboxHoldsMore() {
        look(0, 10_000);
        assertThat(inbox.gap(10_000 * MS)).isEqualTo(Duration.ofMillis(250));
        inbox.expectMore();
        assertThat(inbox.gap(10_000 * MS)).isZero();
    }

    @Test
    void inAFloodOfEventsLooksTakeAFifthOfTheTime() {
        long now = 0;
        long looked = 0;
        while (now < 60_000 * MS) {
            inbox.wake(now);
            now += inbox.gap(now).toNanos();
            inbox.begin();
            inbox.tookUntil(now, now + 10 * MS);
            inbox.foundSome(false);
            now += 10 * MS;
            looked += 10 * MS;
        }
        assertThat(looked).isBetween(now / 6, now / 5 + 110 * MS);
    }

    @Test
    void looksForWhatTheInboxIsKnownToHoldDoNotPutOffThoseForEvents() {
        inbox.expectMore();
        look(0, 10_000);
        assertThat(inbox.more()).isFalse();
        assertThat(inbox.gap(10_000 * MS)).isZero();
    }

    @Test
    void whatIsKeptTooLongAsksForAnotherLook() {
        inbox.begin();
        inbox.foundSome(false);
        Candidate candidate = new Candidate(new Subject("owl", "1"), "{}");
        inbox.reserve(0)
                .keep(
                        new Intake.Look(Steps.step(1, "a", null, "one", "done"), 0, 0, false),
                        "1:1:",
                        List.of(candidate),
                        Set.of(),
                        0);
        assertThat(inbox.more()).isTrue();
        assertThat(inbox.reserve(Reserve.KEEPS.toNanos()).isEmpty()).isFalse();
        assertThat(inbox.wanted()).isFalse();
        assertThat(inbox.reserve(Reserve.KEEPS.toNanos() + 1).isEmpty()).isTrue();
        assertThat(inbox.wanted()).isTrue();
    }

    /** A look from then to then, in ms, that found all there was. */
    private void look(long from, long until) {
        inbox.begin();
        inbox.tookUntil(from * MS, until * MS);
        inbox.foundSome(false);
    }
}
