package org.turing.runtime.actors.tasktype;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.Steps;
import org.turing.runtime.actors.gate.Gates;
import org.turing.runtime.actors.gate.ModelGate;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.GateEpoch;

/** What a task type says to its gate and makes of what it hears. */
class GateSeatTest {

    private static final long HOST = 7;
    private static final Set<Long> HOSTS = Set.of(HOST);

    private final TestInbox<ModelGate.Command> gate = TestInbox.create();
    private final TestInbox<ModelGate.Command> other = TestInbox.create();
    private final Gates gates = (model, message) ->
            (model.equals("mistral") ? gate : other).getRef().tell(message);
    private final TestInbox<ModelGate.Reply> replies = TestInbox.create();
    private final Lanes lanes = new Lanes();
    private final AtomicLong nanos = new AtomicLong(-5);
    private final GateSeat seat =
            new GateSeat(Steps.step(1, "alma", "mistral", "new", "done"), gates, lanes, replies.getRef(), nanos::get);

    @Test
    void aNewLifeIsHeardOfUntilItsGateAnswersEvenIfItWantsNothing() {
        renewal();
        ModelGate.Renew hello = renewal();
        assertThat(hello.leases()).isEmpty();
        assertThat(hello.wanted()).isZero();
        assertThat(seat.epoch()).isNull();
        seat.onRenewed(renewed(1, hello.number()));
        seat.renew();
        assertThat(gate.hasMessages()).as("nothing is held, nothing wanted").isFalse();
    }

    @Test
    void theGateOfAnotherModelIsMetAnew() {
        seat.onRenewed(renewed(1, renewal().number()));
        seat.move(Steps.step(1, "alma", "qwen", "new", "done"));
        seat.renew();
        assertThat(other.receiveMessage()).isInstanceOf(ModelGate.Renew.class);
    }

    @Test
    void aRenewalSaysWhatIsHeldAndWhatIsWaitedForAndWhere() {
        seat.request(3, HOSTS);
        gate.receiveMessage();
        seat.take(grant(1, 41));
        ModelGate.Renew renew = renewal();
        assertThat(renew.leases()).containsExactly(41L);
        assertThat(renew.wanted()).isEqualTo(2);
        assertThat(renew.runtimes()).isEqualTo(HOSTS);
        seat.withdraw();
        gate.receiveMessage();
        assertThat(renewal().wanted()).isZero();
    }

    @Test
    void nothingStartsOnSlotsOfAGateThatHasNotAnsweredForFifteenSeconds() {
        hold(41);
        assertThat(free()).isTrue();
        pass(5);
        ModelGate.Renew first = renewal();
        pass(5);
        renewal();
        seat.onRenewed(renewed(1, first.number(), 41));
        pass(10);
        assertThat(free()).as("15 s after the renewal that was answered").isTrue();
        pass(1);
        assertThat(free()).isFalse();
        assertThat(lanes.slots()).as("held all the same").isEqualTo(1);
        seat.onRenewed(renewed(1, renewal().number(), 41));
        assertThat(free()).isTrue();
    }

    @Test
    void aGrantProvesNoMoreThanThatTheRequestWasHeard() {
        seat.request(1, HOSTS);
        pass(10);
        seat.request(2, HOSTS);
        pass(4);
        seat.take(grant(1, 41));
        assertThat(free()).isTrue();
        pass(2);
        assertThat(free()).isFalse();
    }

    @Test
    void whatTheGateSaysUnaskedProvesNothing() {
        hold(41);
        pass(14);
        seat.onRenewed(renewed(1, 0, 41));
        pass(2);
        assertThat(free()).isFalse();
    }

    @Test
    void aSlotThatTheGateDoesNotCountAsOursIsGivenUpAndWhatRunsOnItEnds() {
        hold(41, 42);
        lanes.occupy(1, TestInbox.<WorkerHost.Command>create().getRef(), lane());
        seat.onRenewed(renewed(1, 0, 42));
        assertThat(lanes.leases("mistral")).containsExactly(42L);
        assertThat(lanes.running()).isEqualTo(1);
    }

    @Test
    void whoWasNotToldToYieldHearsItWithTheNextRenewal() {
        hold(41, 42);
        assertThat(seat.onRenewed(new ModelGate.Renewed("mistral", 1, 0, Set.of(41L, 42L), Set.of(42L))))
                .containsExactly(42L);
        lanes.yield(42);
        assertThat(seat.onRenewed(new ModelGate.Renewed("mistral", 1, 0, Set.of(41L, 42L), Set.of(42L))))
                .isEmpty();
    }

    @Test
    void claimsCarryTheLatestEpochOfTheGate() {
        hold(41);
        assertThat(seat.epoch()).isEqualTo(new GateEpoch("mistral", 1));
        seat.onRenewed(renewed(3, 0, 41));
        assertThat(seat.epoch()).isEqualTo(new GateEpoch("mistral", 3));
    }

    @Test
    void anEarlierIncarnationOfTheGateHasNoSay() {
        hold(41);
        seat.onRenewed(renewed(3, 0, 41));
        seat.onRenewed(renewed(2, 0));
        assertThat(lanes.leases("mistral")).containsExactly(41L);
        gate.getAllReceived();
        assertThat(seat.take(grant(2, 50))).isFalse();
        assertThat(gate.receiveMessage()).isEqualTo(new ModelGate.Release(50));
        assertThat(seat.epoch()).isEqualTo(new GateEpoch("mistral", 3));
    }

    @Test
    void aGateThatAnswersIsOpenUnlessItSaysOtherwise() {
        hold(41);
        seat.close("paused");
        seat.onRenewed(renewed(1, 0, 41));
        assertThat(seat.closed()).isNull();
    }

    @Test
    void aSlotThatNothingRunsOnIsKeptForASecondAndTheGateKnowsThatItLiesIdle() {
        hold(41);
        assertThat(linger(false)).isEqualTo(GateSeat.LINGER);
        assertThat(gate.getAllReceived()).containsExactly(new ModelGate.SlotIdle(41));
        passMillis(999);
        assertThat(linger(false)).isEqualTo(Duration.ofMillis(1));
        assertThat(gate.hasMessages()).isFalse();
        passMillis(1);
        assertThat(linger(false)).as("nothing lies idle any more").isNull();
        assertThat(gate.getAllReceived()).containsExactly(new ModelGate.Release(41));
    }

    @Test
    void aLookNeitherBeginsTheTimeNorStopsIt() {
        hold(41);
        assertThat(linger(true)).isNull();
        assertThat(gate.hasMessages()).isFalse();
        linger(false);
        passMillis(500);
        assertThat(linger(true)).isEqualTo(Duration.ofMillis(500));
        passMillis(500);
        linger(true);
        assertThat(gate.getAllReceived()).containsExactly(new ModelGate.SlotIdle(41), new ModelGate.Release(41));
    }

    @Test
    void theGateHearsThatSomethingRunsOnAnIdleSlotAndTheTimeBeginsAnewAfterIt() {
        hold(41);
        linger(false);
        passMillis(900);
        lanes.occupy(1, TestInbox.<WorkerHost.Command>create().getRef(), lane());
        seat.returnAskedBack();
        assertThat(gate.getAllReceived()).containsExactly(new ModelGate.SlotIdle(41), new ModelGate.SlotAtWork(41));
        passMillis(900);
        lanes.clear(1);
        assertThat(linger(false)).isEqualTo(GateSeat.LINGER);
        assertThat(gate.getAllReceived()).containsExactly(new ModelGate.SlotIdle(41));
    }

    @Test
    void aSlotThatIsAskedBackWhileItLiesIdleGoesAtOnceWhateverMayCome() {
        hold(41, 42);
        linger(false);
        gate.getAllReceived();
        lanes.yield(41);
        linger(true);
        assertThat(gate.getAllReceived()).containsExactly(new ModelGate.Release(41));
        lanes.yield(42);
        seat.returnAskedBack();
        assertThat(gate.getAllReceived()).containsExactly(new ModelGate.Release(42));
    }

    @Test
    void whoIsToldToStopGivesIdleSlotsBackAtOnce() {
        hold(41);
        linger(false);
        seat.leave();
        hold(42);
        linger(false);
        gate.getAllReceived();
        seat.returnIdle();
        assertThat(gate.getAllReceived()).containsExactly(new ModelGate.Release(42));
        assertThat(linger(false)).isNull();
    }

    @Test
    void aSlotOnAHostThatIsOfNoUseAnyMoreIsNotKept() {
        hold(41);
        linger(false);
        gate.getAllReceived();
        assertThat(seat.linger(Set.of(8L), false)).isNull();
        assertThat(gate.getAllReceived()).containsExactly(new ModelGate.Release(41));
    }

    @Test
    void whoHasNothingToDoStopsWaitingBeforeItLetsGo() {
        seat.request(2, HOSTS);
        seat.take(grant(1, 41));
        gate.getAllReceived();
        linger(false);
        assertThat(gate.getAllReceived()).containsExactly(new ModelGate.Withdraw(1), new ModelGate.SlotIdle(41));
    }

    @Test
    void theNextModelsGateHasEpochsOfItsOwnAndTheFormerOnesGrantsGoBack() {
        hold(41);
        seat.move(Steps.step(1, "alma", "gemma2", "new", "done"));
        assertThat(seat.epoch()).isNull();
        gate.getAllReceived();
        assertThat(seat.take(grant(1, 60))).isFalse();
        assertThat(gate.receiveMessage()).isEqualTo(new ModelGate.Release(60));
    }

    private void hold(long... leases) {
        seat.request(leases.length, HOSTS);
        assertThat(seat.take(grant(1, leases))).isTrue();
        gate.getAllReceived();
    }

    private @Nullable Duration linger(boolean looking) {
        return seat.linger(HOSTS, looking);
    }

    private void passMillis(long millis) {
        nanos.addAndGet(Duration.ofMillis(millis).toNanos());
    }

    private boolean free() {
        seat.checkTrust();
        return lanes.free(HOST) != null;
    }

    private Lanes.Lane lane() {
        seat.checkTrust();
        return Objects.requireNonNull(lanes.free(HOST));
    }

    private ModelGate.Renew renewal() {
        seat.renew();
        return (ModelGate.Renew) gate.receiveMessage();
    }

    private void pass(long seconds) {
        nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    private ModelGate.Granted grant(long epoch, long... leases) {
        List<ModelGate.Slot> slots = LongStream.of(leases)
                .mapToObj(lease -> new ModelGate.Slot(lease, HOST, "here", null, Instant.EPOCH))
                .toList();
        return new ModelGate.Granted("mistral", epoch, slots);
    }

    private static ModelGate.Renewed renewed(long epoch, long number, long... leases) {
        Set<Long> own = Set.copyOf(LongStream.of(leases).boxed().toList());
        return new ModelGate.Renewed("mistral", epoch, number, own, Set.of());
    }
}
