package org.turing.runtime.actors.tasktype;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.Chain;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Subject;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;

/** What is claimed, from the claim to the ledger's verdict. */
class ClaimQueueTest {

    private static final long HERE = 7;
    private static final long THERE = 8;

    private final TestInbox<RunReport> person = TestInbox.create();
    private final ClaimQueue claims = new ClaimQueue();

    @Test
    void eachHostIsServedInTheOrderOfItsOwnClaims() {
        claims.add(List.of(claim(1, HERE), claim(2, THERE), claim(3, HERE), claim(4, HERE)));
        assertThat(claims.waitingFor(false)).containsExactly(HERE, THERE);
        assertThat(tickets(claims.take(2, HERE, false))).containsExactly(1L, 3L);
        assertThat(tickets(claims.take(5, THERE, false))).containsExactly(2L);
        assertThat(claims.waitingFor(false)).containsExactly(HERE);
        assertThat(claims.waiting()).isEqualTo(1);
        assertThat(claims.running()).isEqualTo(3);
        assertThat(claims.held(HERE)).isEqualTo(3);
        assertThat(claims.held(THERE)).isEqualTo(1);
        assertThat(claims.take(1, 99, false)).isEmpty();
    }

    @Test
    void whatAPersonWaitsForGoesFirstAndAloneWhileNothingElseMay() {
        claims.add(LongStream.rangeClosed(1, 3).mapToObj(id -> claim(id, HERE)).toList());
        claims.addByHand(claim(9, THERE), person.getRef());
        assertThat(claims.waitingFor(false)).containsExactly(THERE, HERE);
        assertThat(claims.waitingFor(true)).containsExactly(THERE);
        assertThat(claims.take(1, HERE, true)).isEmpty();
        claims.addByHand(claim(10, HERE), person.getRef());
        assertThat(tickets(claims.take(2, HERE, true))).containsExactly(10L);
        assertThat(tickets(claims.takeUnstarted(runtime -> true))).containsExactly(1L, 2L, 3L);
        assertThat(claims.tickets()).containsExactlyInAnyOrder(9L, 10L);
        assertThat(claims.waiting()).isEqualTo(1);
    }

    @Test
    void whatCouldNotBeRunWaitsBeforeTheOthersAgain() {
        claims.add(LongStream.rangeClosed(1, 4).mapToObj(id -> claim(id, HERE)).toList());
        List<Claim> taken = claims.take(3, HERE, false);
        claims.recorded(2);
        claims.putBack(taken);
        assertThat(claims.running()).isZero();
        assertThat(tickets(claims.take(9, HERE, false))).containsExactly(1L, 3L, 4L);
    }

    @Test
    void aHostThatIsGoneLosesWhatWaitedForItAndWhatRanThere() {
        claims.add(List.of(claim(1, HERE), claim(2, THERE), claim(3, THERE), claim(4, HERE)));
        claims.addByHand(claim(5, THERE), person.getRef());
        claims.take(2, THERE, false);
        claims.take(1, HERE, false);
        ClaimQueue.Lost lapsed = claims.lose(THERE, false);
        assertThat(lapsed.unstarted()).isEqualTo(1);
        assertThat(lapsed.askers()).isEmpty();
        ClaimQueue.Lost gone = claims.lose(THERE, true);
        assertThat(gone.unstarted()).isZero();
        assertThat(gone.askers()).hasSize(1);
        assertThat(claims.tickets()).containsExactlyInAnyOrder(1L, 4L);
        assertThat(claims.inFlight()).isEqualTo(2);
    }

    private static List<Long> tickets(List<Claim> claims) {
        return claims.stream().map(Claim::ticketId).toList();
    }

    private static Claim claim(long ticketId, long runtimeId) {
        return new Claim(
                ticketId,
                ticketId,
                1,
                new Subject("owl", "owl " + ticketId),
                1,
                new Chain(UUID.randomUUID(), 0),
                null,
                runtimeId,
                "{}");
    }
}
