package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.turing.runtime.database.TestDatabase.PENDING;
import static org.turing.runtime.database.TestDatabase.claimedIds;
import static org.turing.runtime.database.TestDatabase.success;
import static org.turing.runtime.database.TestDatabase.written;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.GateEpoch;
import org.turing.runtime.domain.Placement;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.ports.EpochPassed;
import org.turing.runtime.ports.Inboxes.Found;
import org.turing.runtime.ports.LeaseLapsed;

/** A ledger claims for runtimes other than its own. */
class ClaimsForOthersTest {

    private TestDatabase test;
    private TestDatabase.TestRuntime a;
    private TestDatabase.TestRuntime b;
    private TaskType taskType;

    @BeforeEach
    void start() throws Exception {
        test = new TestDatabase();
        a = test.new TestRuntime("a");
        b = test.new TestRuntime("b");
        test.owls(6, "pending");
        taskType = test.registerQuery("shared", PENDING);
    }

    @AfterEach
    void close() {
        test.close();
    }

    private static long id(TestDatabase.TestRuntime runtime) {
        return runtime.lease.runtimeId();
    }

    /** By turns for these runtimes, whatever is in the inbox. */
    private List<Claim> claim(@Nullable GateEpoch epoch, TestDatabase.TestRuntime... runtimes) throws Exception {
        Found found = test.look(taskType, 6);
        List<Placement> placements = new ArrayList<>();
        for (Candidate candidate : found.candidates()) {
            placements.add(new Placement(candidate, id(runtimes[placements.size() % runtimes.length])));
        }
        return test.runtime.ledger.claim(taskType, placements, found.snapshot(), epoch);
    }

    /** Which runtime holds which subjects, by the claims that were answered and by the ledger. */
    private Map<Long, List<String>> holders(List<Claim> claims) throws Exception {
        Map<Long, List<String>> holders = new TreeMap<>();
        claims.forEach(claim -> holders.computeIfAbsent(claim.runtimeId(), key -> new ArrayList<>())
                .add(claim.subject().id()));
        List<String> rows = new ArrayList<>();
        claims.forEach(
                claim -> rows.add(claim.runtimeId() + " " + claim.subject().id()));
        assertThat(test.values("SELECT runtime_id || ' ' || subject_id FROM turing.claims"))
                .containsExactlyInAnyOrderElementsOf(rows);
        return holders;
    }

    @Test
    void eachSubjectIsClaimedForTheRuntimeThatWillRunIt() throws Exception {
        List<Claim> claims = claim(null, a, b);
        assertThat(claimedIds(claims))
                .as("in the order of the placements")
                .containsExactly("1", "2", "3", "4", "5", "6");
        assertThat(holders(claims)).isEqualTo(Map.of(id(a), List.of("1", "3", "5"), id(b), List.of("2", "4", "6")));
        assertThat(written(b.record(taskType, claims.get(1), success())).status())
                .isEqualTo(TicketStatus.COMPLETED);
        assertThat(test.value("SELECT runtime_id FROM turing.tickets WHERE status = 'completed'"))
                .isEqualTo(String.valueOf(id(b)));
    }

    @Test
    void aRuntimeWhoseLeaseHasLapsedGetsNothingAndTheOtherItsShare() throws Exception {
        a.lapse();
        assertThat(holders(claim(null, a, b))).isEqualTo(Map.of(id(b), List.of("2", "4", "6")));
    }

    @Test
    void aRuntimeThatHasEndedGetsNothing() throws Exception {
        b.lease.end();
        assertThat(holders(claim(null, a, b))).isEqualTo(Map.of(id(a), List.of("1", "3", "5")));
    }

    @Test
    void aRuntimeThatDrainsGetsNothingMoreAndKeepsItsLease() throws Exception {
        List<Claim> before = a.claim(taskType, 1);
        a.lease.drain();
        List<Claim> claims = new ArrayList<>(before);
        claims.addAll(claim(null, a, b));
        assertThat(holders(claims)).isEqualTo(Map.of(id(a), List.of("1"), id(b), List.of("3", "5")));
        assertThat(a.lease.renew()).isPresent();
        test.runtime.ledger.rescue();
        assertThat(written(a.record(taskType, before.get(0), success())).status())
                .isEqualTo(TicketStatus.COMPLETED);
    }

    @Test
    void anIdentityThatIsTakenWhileARuntimeDrainsDrainsToo() throws Exception {
        a.lease.drain();
        a.lapse();
        a.lease.begin();
        assertThatThrownBy(() -> claim(null, a)).isInstanceOf(LeaseLapsed.class);
    }

    @Test
    void ifNoRuntimeMayClaimThatIsSaidByName() throws Exception {
        a.lapse();
        b.lease.drain();
        assertThatThrownBy(() -> claim(null, a, b))
                .isInstanceOf(LeaseLapsed.class)
                .hasMessageContaining("runtimes " + id(a) + ", " + id(b));
        assertThat(holders(List.of())).isEmpty();
    }

    @Test
    void whereNothingIsFreeNobodyIsToldThatALeaseHasLapsed() throws Exception {
        a.lapse();
        Found found = test.look(taskType, 1);
        test.runtime.claim(taskType, 1);
        List<Placement> placements = List.of(
                new Placement(found.candidates().get(0), id(a)),
                new Placement(found.candidates().get(0), id(b)));
        assertThat(test.runtime.ledger.claim(taskType, placements, found.snapshot(), null))
                .isEmpty();
    }

    @Test
    void aPersonsClaimIsRefusedForARuntimeThatDrains() throws Exception {
        Candidate candidate = test.look(taskType, 1).candidates().get(0);
        b.lease.drain();
        assertThatThrownBy(() -> test.runtime.ledger.claimByHand(taskType, candidate, id(b)))
                .isInstanceOf(LeaseLapsed.class);
        Claim claim = test.runtime.ledger.claimByHand(taskType, candidate, id(a));
        assertThat(claim).isNotNull();
        assertThat(claim.runtimeId()).isEqualTo(id(a));
    }

    @Test
    void epochsGrowForEachModelByItself() {
        JdbcGateEpochs epochs = new JdbcGateEpochs(test.database);
        long first = epochs.raise("mistral");
        assertThat(epochs.raise("mistral")).isGreaterThan(first);
        assertThat(epochs.raise("qwen")).isPositive();
        assertThat(epochs.raise("mistral")).isGreaterThan(first + 1);
    }

    @Test
    void onlyTheLatestIncarnationOfAGateHasSubjectsClaimed() throws Exception {
        JdbcGateEpochs epochs = new JdbcGateEpochs(test.database);
        GateEpoch first = new GateEpoch("mistral", epochs.raise("mistral"));
        assertThatThrownBy(() -> claim(new GateEpoch("qwen", first.epoch()), a)).isInstanceOf(EpochPassed.class);
        List<Claim> before = claim(first, a);
        assertThat(before).hasSize(6);
        test.runtime.ledger.giveBack(before);
        GateEpoch second = new GateEpoch("mistral", epochs.raise("mistral"));
        assertThatThrownBy(() -> claim(first, a, b))
                .isInstanceOf(EpochPassed.class)
                .hasMessageContaining("'mistral'")
                .hasMessageContaining("epoch " + first.epoch());
        assertThat(holders(List.of())).isEmpty();
        assertThat(claim(second, b)).hasSize(6);
        assertThat(claim(second, b)).as("nothing is left, and nothing is wrong").isEmpty();
    }

    @Test
    void suspectsAreClaimedOneForEachRuntime() throws Exception {
        interrupted(4);
        assertThat(holders(claim(null, a, b))).isEqualTo(Map.of(id(a), List.of("1", "5"), id(b), List.of("2", "6")));
        Set<Long> both = Set.of(id(a), id(b));
        Set<Long> three = Set.of(id(a), id(b), id(test.runtime));
        assertThat(found(both)).as("each of them holds one").isEmpty();
        assertThat(found(three)).as("one of them can take one").containsExactly("3", "4");
        assertThat(found(Set.of())).as("whoever it may be").containsExactly("3", "4");
        assertThat(claimedIds(claim(null, test.runtime))).containsExactly("3");
        assertThat(found(three)).isEmpty();
    }

    private List<String> found(Set<Long> runtimeIds) throws Exception {
        JdbcInboxes inboxes = new JdbcInboxes(test.database, () -> runtimeIds);
        return TestDatabase.ids(
                inboxes.find(taskType, test.shape(taskType), 6, Set.of()).candidates());
    }

    /** The first subjects are suspects. */
    private void interrupted(int subjects) throws Exception {
        for (int death = 0; death < 2; death++) {
            TestDatabase.TestRuntime killed = test.new TestRuntime("killed");
            killed.claim(taskType, subjects);
            killed.lapse();
            test.runtime.ledger.rescue();
        }
    }

    @Test
    void whatAFailedActorHeldIsGivenBackForEveryRuntimeThatIsNamed() throws Exception {
        TaskType neighbour = test.registerQuery("neighbour", PENDING);
        List<Claim> claims = claim(null, a, b, test.runtime);
        a.claim(neighbour, 1);
        long kept = claims.get(0).ticketId();
        assertThat(test.runtime.ledger.giveBackAllBut(taskType.id(), Set.of(id(a), id(b)), Set.of(kept)))
                .isEqualTo(3);
        assertThat(test.values("SELECT task_type_id || ' ' || runtime_id FROM turing.claims"))
                .containsExactlyInAnyOrder(
                        taskType.id() + " " + id(a),
                        taskType.id() + " " + id(test.runtime),
                        taskType.id() + " " + id(test.runtime),
                        neighbour.id() + " " + id(a));
    }

    @Test
    void aRuntimeThatLeavesGivesBackWhatItDidNotStartOfAllTaskTypes() throws Exception {
        TaskType neighbour = test.registerQuery("neighbour", PENDING);
        List<Claim> claims = claim(null, a, b);
        a.claim(neighbour, 2);
        long started = claims.get(2).ticketId();
        assertThat(test.runtime.ledger.giveBackUnstarted(id(a), Set.of(started)))
                .isEqualTo(4);
        assertThat(test.values("SELECT subject_id FROM turing.claims WHERE runtime_id = " + id(a)))
                .containsExactly("3");
        assertThat(test.value("SELECT count(*) FROM turing.claims WHERE runtime_id = " + id(b)))
                .isEqualTo("3");
        assertThat(test.value("SELECT count(*) FROM turing.ticket_history")).isEqualTo("0");
    }

    @Test
    void runtimesThatLapsedEndedOrAreForgottenHaveEnded() throws Exception {
        TestDatabase.TestRuntime living = test.new TestRuntime("living");
        TestDatabase.TestRuntime draining = test.new TestRuntime("draining");
        draining.lease.drain();
        a.lapse();
        b.lease.end();
        long forgotten = 1_000_000;
        assertThat(test.runtime.lease.ended(Set.of(id(a), id(b), id(living), id(draining), forgotten)))
                .containsExactlyInAnyOrder(id(a), id(b), forgotten);
        assertThat(test.runtime.lease.ended(Set.of())).isEmpty();
    }
}
