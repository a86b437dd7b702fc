package org.turing.runtime.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.turing.runtime.actors.Waits.GENEROUS;

import com.typesafe.config.ConfigFactory;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.gate.ModelGate;
import org.turing.runtime.actors.work.LedgerWriter;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.Chain;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.Subject;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.ScriptHost.ScriptFacts;
import org.turing.runtime.ports.view.RuntimeControl.Answer;

class WorkerHostTest {

    private static final TaskType STEP = Steps.step(1, "a", null, "one", "done");
    private static final UUID LIFE = new UUID(0, 1);
    private static final long IDENTITY = 11;
    private static final WorkerHost.SlotId SLOT = new WorkerHost.SlotId("mistral", 5);

    private final FakeWorld world = new FakeWorld();
    private final ActorTestKit kit = ActorTestKit.create(ConfigFactory.load());
    /** Plays the asker and the ledger's writer, so that the order of what they are told shows. */
    private final TestProbe<Object> both = kit.createTestProbe();

    private final FakeScripts scripts = new FakeScripts(world);
    private final ActorRef<WorkerHost.Command> host = kit.spawn(WorkerHost.create(
            scripts,
            Instant::now,
            new WorkerHost.Offer("here", 1, Set.of(), List.of()),
            both.getRef().narrow(),
            models -> {}));

    @BeforeEach
    void isUsed() {
        host.tell(new WorkerHost.Identify(IDENTITY));
        join(LIFE);
    }

    @AfterEach
    void close() {
        kit.shutdownTestKit();
        world.close();
    }

    @Test
    void whoAskedHearsOfAResultBeforeTheLedgerCanHaveSettledIt() {
        start(1, LIFE, IDENTITY, null);

        Stream<Object> told =
                Stream.generate(() -> both.receiveMessage(GENEROUS)).limit(4);

        assertThat(told.map(Object::getClass)
                        .filter(kind -> kind == WorkerHost.ResultIn.class || kind == LedgerWriter.Write.class)
                        .toList())
                .containsExactly(WorkerHost.ResultIn.class, LedgerWriter.Write.class);
    }

    @Test
    void theCardOfTheSlotIsToldToTheScriptAndStandsInTheTicket() {
        start(1, LIFE, IDENTITY, SLOT, "card-1", 7);

        LedgerWriter.Write write = (LedgerWriter.Write) Stream.generate(() -> both.receiveMessage(GENEROUS))
                .filter(LedgerWriter.Write.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertThat(write.entry().run().place().gpu()).isEqualTo("card-1");
        assertThat(scripts.gpu).isEqualTo("card-1");
    }

    @Test
    void whatAnEarlierLifeAskedForIsRefused() {
        join(new UUID(0, 2));

        start(1, LIFE, IDENTITY, null);

        assertRefused(1);
    }

    @Test
    void whatIsClaimedForAnotherIdentityIsRefusedWhetherOrNotThereIsANewOne() {
        host.tell(new WorkerHost.Identify(0));
        start(1, LIFE, IDENTITY, null);
        assertRefused(1);

        host.tell(new WorkerHost.Identify(IDENTITY + 1));
        start(2, LIFE, IDENTITY, null);
        assertRefused(2);
    }

    @Test
    void whatIsToRunOnASlotThatWasReportedClearIsRefused() {
        TestProbe<ModelGate.Command> gate = kit.createTestProbe();
        host.tell(new WorkerHost.ReportWhenClear(SLOT.model(), SLOT.leaseId(), gate.ref()));
        assertThat(gate.receiveMessage(GENEROUS)).isEqualTo(new ModelGate.LaneCleared(SLOT.leaseId()));

        start(1, LIFE, IDENTITY, SLOT);

        assertRefused(1);
    }

    @Test
    void whoIsDrainedRefusesUntilThatIsUndone() {
        drain(true);
        start(1, LIFE, IDENTITY, null);
        assertRefused(1);

        drain(false);
        start(2, LIFE, IDENTITY, null);
        assertThat(both.receiveMessage(GENEROUS)).isInstanceOf(WorkerHost.Started.class);
    }

    @Test
    void whoLeavesRefuses() {
        host.tell(new WorkerHost.Drain());

        start(1, LIFE, IDENTITY, null);

        assertRefused(1);
    }

    @Test
    void whatWaitsBehindALongRunGoesBackToWhoAskedForIt() {
        CompletableFuture<Outcome> held = new CompletableFuture<>();
        world.script = (taskType, claim) -> held;
        start(1, LIFE, IDENTITY, null, null, 7, 8, 9);
        assertThat(both.receiveMessage(GENEROUS)).isEqualTo(new WorkerHost.Started(7));

        assertThat(both.receiveMessage(GENEROUS)).isEqualTo(new WorkerHost.NotBegun(1, Set.of(8L, 9L)));

        host.tell(new WorkerHost.Check(STEP.id(), LIFE, 3));
        assertThat(both.receiveMessage(GENEROUS))
                .isEqualTo(new WorkerHost.Checked(3, new WorkerHost.UnderWay(Set.of(7L), Set.of(1L))));
        held.complete(new Outcome.Succeeded(null, null));
        assertThat(both.receiveMessage(GENEROUS)).isInstanceOf(WorkerHost.ResultIn.class);
    }

    @Test
    void whatWaitsBehindAnEndedRunIsNotEndedWithIt() {
        world.script = (taskType, claim) -> new CompletableFuture<>();
        start(1, LIFE, IDENTITY, null, null, 7, 8);
        assertThat(both.receiveMessage(GENEROUS)).isEqualTo(new WorkerHost.Started(7));

        host.tell(new WorkerHost.EndAll("a test"));

        assertThat(both.receiveMessage(GENEROUS)).isEqualTo(new WorkerHost.NotBegun(1, Set.of(8L)));
        assertThat(both.receiveMessage(GENEROUS))
                .isInstanceOfSatisfying(
                        WorkerHost.ResultIn.class,
                        result -> assertThat(result.ticketId()).isEqualTo(7));
    }

    @Test
    void aRunGoesOnWithWhatItIsHandedMeanwhile() {
        CompletableFuture<Outcome> first = new CompletableFuture<>();
        world.script = (taskType, claim) ->
                claim.ticketId() == 7 ? first : CompletableFuture.completedFuture(new Outcome.Succeeded(null, null));
        start(1, LIFE, IDENTITY, null);
        assertThat(both.receiveMessage(GENEROUS)).isEqualTo(new WorkerHost.Started(7));

        goOn(1, LIFE, IDENTITY, 8, 9);

        host.tell(new WorkerHost.Check(STEP.id(), LIFE, 3));
        assertThat(both.receiveMessage(GENEROUS))
                .isEqualTo(new WorkerHost.Checked(3, new WorkerHost.UnderWay(Set.of(7L, 8L, 9L), Set.of(1L))));
        first.complete(new Outcome.Succeeded(null, null));
        List<Object> told = Stream.generate(() -> both.receiveMessage(GENEROUS))
                .takeWhile(message -> !message.equals(new WorkerHost.LaneClear(1)))
                .toList();
        assertThat(told.stream().filter(WorkerHost.ResultIn.class::isInstance))
                .extracting(result -> ((WorkerHost.ResultIn) result).ticketId())
                .containsExactly(7L, 8L, 9L);
    }

    @Test
    void whatARunThatIsOverIsHandedGoesBack() {
        start(1, LIFE, IDENTITY, null);
        awaitClear(1);

        goOn(1, LIFE, IDENTITY, 8);

        assertThat(both.receiveMessage(GENEROUS)).isEqualTo(new WorkerHost.NotBegun(1, Set.of(8L)));
    }

    @Test
    void aRunDoesNotGoOnForAnEarlierLifeOrAnotherIdentityOrOnceItsHostDrains() {
        world.script = (taskType, claim) -> new CompletableFuture<>();
        start(1, LIFE, IDENTITY, null);
        assertThat(both.receiveMessage(GENEROUS)).isEqualTo(new WorkerHost.Started(7));

        goOn(1, new UUID(0, 2), IDENTITY, 8);
        assertThat(both.receiveMessage(GENEROUS)).isEqualTo(new WorkerHost.NotBegun(1, Set.of(8L)));
        goOn(1, LIFE, IDENTITY + 1, 9);
        assertThat(both.receiveMessage(GENEROUS)).isEqualTo(new WorkerHost.NotBegun(1, Set.of(9L)));
        drain(true);
        goOn(1, LIFE, IDENTITY, 10);
        assertThat(both.receiveMessage(GENEROUS)).isEqualTo(new WorkerHost.NotBegun(1, Set.of(10L)));
    }

    @Test
    void whatHasNotBegunComesBackWhenNothingMoreIsToBegin() {
        world.script = (taskType, claim) -> new CompletableFuture<>();
        start(1, LIFE, IDENTITY, null);
        assertThat(both.receiveMessage(GENEROUS)).isEqualTo(new WorkerHost.Started(7));
        goOn(1, LIFE, IDENTITY, 8);

        host.tell(new WorkerHost.BeginNoMore(1));

        assertThat(both.receiveMessage(GENEROUS)).isEqualTo(new WorkerHost.NotBegun(1, Set.of(8L)));
    }

    @Test
    void whatWaitsBehindALongRunThatItWasHandedLaterGoesBackToo() {
        world.script = (taskType, claim) -> new CompletableFuture<>();
        start(1, LIFE, IDENTITY, null);
        assertThat(both.receiveMessage(GENEROUS)).isEqualTo(new WorkerHost.Started(7));

        goOn(1, LIFE, IDENTITY, 8, 9);

        assertThat(both.receiveMessage(GENEROUS)).isEqualTo(new WorkerHost.NotBegun(1, Set.of(8L, 9L)));
    }

    // ------------------------------------------------------------------ the stage

    private void goOn(long runId, UUID life, long claimedFor, long... tickets) {
        List<Claim> claims = LongStream.of(tickets)
                .mapToObj(ticket -> claim(ticket, claimedFor))
                .toList();
        host.tell(new WorkerHost.GoOn(runId, STEP.id(), claims, GENEROUS, life, Set.of()));
    }

    private void awaitClear(long runId) {
        while (!both.receiveMessage(GENEROUS).equals(new WorkerHost.LaneClear(runId))) {
            // what came of its subject
        }
    }

    private void join(UUID life) {
        TestProbe<WorkerHost.UnderWay> joined = kit.createTestProbe();
        host.tell(new WorkerHost.Join(STEP.id(), life, both.getRef().narrow(), joined.ref()));
        joined.receiveMessage(GENEROUS);
    }

    private void drain(boolean drained) {
        host.tell(
                new WorkerHost.SetDrained(drained, kit.<Answer>createTestProbe().ref()));
    }

    private void start(long runId, UUID life, long claimedFor, WorkerHost.@Nullable SlotId slot) {
        start(runId, life, claimedFor, slot, null, 7);
    }

    private void start(
            long runId,
            UUID life,
            long claimedFor,
            WorkerHost.@Nullable SlotId slot,
            @Nullable String gpu,
            long... tickets) {
        List<Claim> claims = LongStream.of(tickets)
                .mapToObj(ticket -> claim(ticket, claimedFor))
                .toList();
        ScriptFacts facts = new ScriptFacts(STEP.executionType(), "0".repeat(64), false, null);
        host.tell(new WorkerHost.StartRun(runId, STEP, facts, claims, GENEROUS, slot, gpu, life, Set.of()));
    }

    private static Claim claim(long ticket, long claimedFor) {
        Chain chain = new Chain(new UUID(0, ticket), 0);
        return new Claim(ticket, ticket, 1, new Subject("owl", "s" + ticket), 1, chain, null, claimedFor, "{}");
    }

    private void assertRefused(long runId) {
        assertThat(both.receiveMessage(GENEROUS)).isEqualTo(new WorkerHost.Refused(runId));
    }
}
