package org.turing.runtime.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.turing.runtime.actors.Waits.GENEROUS;
import static org.turing.runtime.actors.Waits.get;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.cluster.ClusterSettings;
import org.turing.runtime.actors.cluster.HostPort;
import org.turing.runtime.actors.cluster.Removed;
import org.turing.runtime.actors.cluster.Role;
import org.turing.runtime.ports.view.NodeStatus;
import org.turing.runtime.ports.view.RuntimeControl.Answer;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;
import org.turing.runtime.ports.view.RuntimeControl.Target;
import org.turing.runtime.ports.view.RuntimeStatus;
import org.turing.runtime.ports.view.UnknownName;

/** Three nodes of one process, over one world. */
class ClusterTest {

    private static final String LOOPBACK = "127.0.0.1";

    private final FakeWorld world = new FakeWorld();
    private final List<HostPort> seeds = List.of(freePort(), freePort());

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void allHostsShareTheWorkAndEveryNodeTellsTheSame() {
        RuntimeActors one = node("one", seeds.get(0));
        RuntimeActors two = node("two", seeds.get(1));
        RuntimeActors three = node("three", new HostPort(LOOPBACK, 0));
        formed(one, two, three);
        world.put(Steps.step(1, "a", null, "one", "two"));
        world.put(Steps.step(2, "b", null, "two", "done"));
        world.script = world.taking(Duration.ofMillis(5));
        world.subjects("one", 300);
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 300);
        assertThat(world.recorded).hasSize(600);
        assertThat(hosts()).containsExactlyInAnyOrder("one", "two", "three");
        for (RuntimeActors node : List.of(one, two, three)) {
            // what is committed is counted by whoever hears of it a moment later
            await().atMost(GENEROUS)
                    .until(() -> get(node.control().status()).taskTypes().stream()
                            .allMatch(taskType -> taskType.completed() == 300));
            RuntimeStatus status = get(node.control().status());
            assertThat(status.state()).isEqualTo("running");
            assertThat(status.taskTypes()).hasSize(2);
        }
    }

    @Test
    void aModelsSlotsAreTheSumOverItsHosts() {
        RuntimeActors one = node("one", seeds.get(0));
        RuntimeActors two = node("two", seeds.get(1));
        formed(one, two);
        world.model("mistral", 1);
        world.put(Steps.step(1, "a", "mistral", "one", "done"));
        world.script = world.taking(Duration.ofMillis(20));
        world.subjects("one", 300);
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 300);
        assertThat(hosts()).containsExactlyInAnyOrder("one", "two");
        assertThat(get(two.control().status()).gates())
                .singleElement()
                .satisfies(gate -> assertThat(gate.slots()).isEqualTo(2));
        for (String host : hosts()) {
            List<FakeWorld.Interval> there = world.intervals.stream()
                    .filter(run -> host.equals(hostOf(run.subject())))
                    .toList();
            assertThat(there)
                    .allSatisfy(run -> assertThat(there)
                            .filteredOn(other -> other != run && other.from() < run.to() && run.from() < other.to())
                            .as("one slot on each host")
                            .isEmpty());
        }
    }

    @Test
    void whatPeopleAskAnyNodeReachesTheWholeCluster() {
        world.put(Steps.step(1, "a", null, "one", "done"));
        RuntimeActors one = node("one", seeds.get(0));
        RuntimeActors two = node("two", seeds.get(1));
        formed(one, two);
        world.subjects("elsewhere", 1);
        RunReport report = get(two.control().run("a", "s1"));
        assertThat(report.ticketId()).isNotNull();
        assertThat(get(two.control().pause(new Target.OneTaskType("a"))).done()).isTrue();
        await().atMost(GENEROUS)
                .until(() -> get(one.control().glance()).taskTypes().stream()
                        .allMatch(taskType -> taskType.state().equals("paused")));
        world.subjects("one", 10);
        assertThat(get(one.control().resume(new Target.All())).done()).isTrue();
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 10);
    }

    @Test
    void aNodeThatLeavesInOrderFinishesWhatItHasAndTheOthersGoOn() {
        RuntimeActors one = node("one", seeds.get(0));
        RuntimeActors two = node("two", seeds.get(1));
        RuntimeActors three = node("three", new HostPort(LOOPBACK, 0));
        formed(one, two, three);
        world.put(Steps.step(1, "a", null, "one", "done"));
        world.script = world.taking(Duration.ofMillis(10));
        world.subjects("one", 600);
        await().atMost(GENEROUS).until(() -> world.inStatus("done") >= 50);
        one.control().stop(false); // it is the oldest: the registry lives on it
        get(one.whenDone());
        assertThat(one.system().getWhenTerminated()).succeedsWithin(GENEROUS);
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 600);
        assertThat(world.recorded).hasSize(600);
        await().atMost(GENEROUS)
                .until(() -> get(three.control().status()).taskTypes().size() == 1);
    }

    @Test
    void taskTypesAndGatesAreSpreadOverTheNodesAndStatusSaysWhereTheyAre() {
        RuntimeActors one = node("one", seeds.get(0));
        RuntimeActors two = node("two", seeds.get(1));
        formed(one, two);
        world.script = world.taking(Duration.ofMillis(5));
        world.subjects("one", 100);
        for (int id = 1; id <= 12; id++) {
            String model = "model-" + id;
            world.model(model, 1);
            world.put(Steps.step(id, "step-" + id, model, id == 1 ? "one" : "never", "done"));
        }
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 100);
        await().atMost(GENEROUS).untilAsserted(() -> {
            RuntimeStatus status = get(two.control().status());
            assertThat(status.taskTypes())
                    .extracting(taskType -> taskType.where().node())
                    .hasSize(12)
                    .contains("one", "two");
            assertThat(status.gates())
                    .hasSize(12)
                    .allSatisfy(gate -> assertThat(gate.where().hosts()).isEqualTo(Map.of("one", 1, "two", 1)))
                    .extracting(gate -> gate.where().node())
                    .contains("one", "two");
        });
        world.recorded.clear();
        world.script = (taskType, claim) -> new CompletableFuture<>();
        world.subjects("one", 2);
        await().atMost(GENEROUS)
                .untilAsserted(() -> assertThat(get(one.control().status()).taskTypes())
                        .filteredOn(taskType -> taskType.id() == 1)
                        .singleElement()
                        .extracting(taskType -> taskType.where().hosts())
                        .isEqualTo(Map.of("one", 1, "two", 1)));
    }

    @Test
    void whatPeoplePausedStaysSoWhenTheRegistryMovesAndWhatWasDisabledMeanwhileRetires() {
        for (int id = 1; id <= 12; id++) {
            world.put(Steps.step(id, "step-" + id, null, "status-" + id, "done"));
        }
        RuntimeActors one = node("one", seeds.get(0));
        RuntimeActors two = node("two", seeds.get(1));
        formed(one, two);
        await().atMost(GENEROUS).until(() -> nodesOfTaskTypes(two).equals(Set.of("one", "two")));
        assertThat(get(one.control().pause(new Target.All())).done()).isTrue();
        assertThat(get(one.control().resume(new Target.OneTaskType("step-1"))).done())
                .isTrue();
        one.control().stop(false); // it is the oldest: the registry lives on it
        get(one.whenDone());
        world.remove(12);
        await().atMost(GENEROUS).untilAsserted(() -> {
            RuntimeStatus status = get(two.control().status());
            assertThat(status.taskTypes())
                    .hasSize(11)
                    .allMatch(taskType -> taskType.where().node().equals("two"));
            assertThat(status.taskTypes())
                    .filteredOn(taskType -> taskType.state().equals("paused"))
                    .as("all but the one that was resumed")
                    .hasSize(10);
        });
        world.subjects("status-1", 1);
        world.subjects("status-2", 1);
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 1);
        assertThat(world.inStatus("status-2")).isEqualTo(1);
    }

    @Test
    void aDrainedNodeStaysAndTakesNothingUntilThatIsUndone() {
        RuntimeActors one = node("one", seeds.get(0));
        RuntimeActors two = node("two", seeds.get(1));
        RuntimeActors three = node("three", new HostPort(LOOPBACK, 0));
        formed(one, two, three);
        world.put(Steps.step(1, "a", null, "one", "done"));
        world.script = world.taking(Duration.ofMillis(5));
        assertThat(get(three.control().drain("two", false)))
                .isEqualTo(new Answer(true, "node 'two' finishes what runs and takes nothing more"));
        for (RuntimeActors node : List.of(one, two, three)) {
            await().atMost(GENEROUS).until(() -> stateOf("two", node).equals("draining"));
        }
        world.subjects("one", 100);
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 100);
        assertThat(hosts()).containsExactlyInAnyOrder("one", "three");

        String address =
                Cluster.get(two.system()).selfMember().address().hostPort().replaceFirst(".*@", "");
        assertThat(get(one.control().drain(address, true))).isEqualTo(new Answer(true, "node 'two' takes work again"));
        await().atMost(GENEROUS).until(() -> stateOf("two", three).equals("up"));
        world.recorded.clear();
        world.subjects("one", 300);
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 400);
        assertThat(hosts()).containsExactlyInAnyOrder("one", "two", "three");
    }

    @Test
    void aNodeThatIsNotThereIsToldWithThoseThatAre() {
        RuntimeActors one = node("one", seeds.get(0));
        RuntimeActors two = node("two", seeds.get(1));
        formed(one, two);
        assertThat(one.control().drain("three", false))
                .failsWithin(GENEROUS)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(UnknownName.class)
                .withMessageContaining("there is no node 'three'")
                .withMessageContaining(
                        "one (" + seeds.get(0).host() + ":" + seeds.get(0).port() + ")")
                .withMessageContaining("two (");
    }

    @Test
    void aTicketIsCancelledOnWhicheverNodeItRuns() {
        RuntimeActors one = world.start(FakeWorld.on("one"), place(seeds.get(0), Role.CONTROL));
        RuntimeActors two = world.start(FakeWorld.on("two"), place(seeds.get(1), Role.WORKER));
        AtomicLong ticket = new AtomicLong();
        world.put(Steps.step(1, "a", null, "one", "done"));
        world.script = (taskType, claim) -> {
            ticket.set(claim.ticketId());
            return new CompletableFuture<>();
        };
        world.subjects("one", 1);
        await().atMost(GENEROUS).until(() -> ticket.get() > 0);
        assertThat(get(one.control().cancel(ticket.get() + 1)))
                .isEqualTo(
                        new Answer(false, "ticket " + (ticket.get() + 1) + " does not run now (see: turing tickets)"));
        assertThat(get(one.control().cancel(ticket.get())))
                .isEqualTo(new Answer(true, "ticket " + ticket.get() + " is being ended"));
        await().atMost(GENEROUS).until(() -> world.cancelled.contains("s1") && !world.recorded.isEmpty());
        assertThat(hosts()).containsExactly("two");
        assertThat(get(two.control().cancel(ticket.get())).done()).isFalse();
    }

    @Test
    void allNodesAreStoppedWithNothingLost() {
        RuntimeActors one = node("one", seeds.get(0));
        RuntimeActors two = node("two", seeds.get(1));
        RuntimeActors three = node("three", new HostPort(LOOPBACK, 0));
        formed(one, two, three);
        world.put(Steps.step(1, "a", null, "one", "done"));
        world.script = world.taking(Duration.ofMillis(20));
        world.subjects("one", 5_000);
        await().atMost(GENEROUS).until(() -> world.inStatus("done") >= 20);
        assertThat(get(two.control().stopAll(false))).isEqualTo(new Answer(true, "stopping 3 node(s), this one last"));
        get(one.whenDone());
        get(three.whenDone());
        assertThat(get(two.whenDone()).clean()).isTrue();
        assertThat(two.system().getWhenTerminated()).succeedsWithin(GENEROUS);
        assertThat(world.inStatus("done")).isEqualTo(world.recorded.size()).isLessThan(5_000);
    }

    @Test
    void aNodeThatItsClusterGivesUpSaysSoAndTheOthersAreLeftInPeaceWhileItEndsWhatItRuns() {
        RuntimeActors one = node("one", seeds.get(0));
        RuntimeActors two = node("two", seeds.get(1));
        formed(one, two);
        CompletableFuture<Void> seconds = new CompletableFuture<>();
        world.endless = seconds;
        world.put(Steps.step(1, "a", null, "one", "done"));
        AtomicInteger begun = new AtomicInteger();
        world.script = (taskType, claim) -> {
            begun.incrementAndGet();
            return new CompletableFuture<>();
        };
        world.subjects("one", 20);
        await().atMost(GENEROUS).until(() -> begun.get() == 4);
        Cluster.get(one.system())
                .manager()
                .tell(new Down(Cluster.get(two.system()).selfMember().address()));
        seconds.completeOnTimeout(null, 8, TimeUnit.SECONDS); // by default it would shut the others out after 5 s
        assertThat(two.whenDone())
                .failsWithin(GENEROUS)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(Removed.class);
        await().atMost(GENEROUS).until(() -> get(one.control().glance()).nodes().size() == 1);
        assertThat(two.system().getWhenTerminated()).succeedsWithin(GENEROUS);
        assertThat(get(one.control().glance()).state()).isEqualTo("running");
        assertThat(one.system().getWhenTerminated().toCompletableFuture()).isNotDone();
    }

    @Test
    void rowsOfAMegabyteTravelToTheHostThatRunsThem() {
        world.row = "{\"text\": \"" + "x".repeat(1 << 20) + "\"}";
        RuntimeActors one = world.start(FakeWorld.on("one"), place(seeds.get(0), Role.CONTROL));
        RuntimeActors two = world.start(FakeWorld.on("two"), place(seeds.get(1), Role.WORKER));
        world.put(Steps.step(1, "a", null, "one", "done"));
        world.subjects("one", 10);
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 10);
        assertThat(hosts()).containsExactly("two");
        assertThat(world.recorded).allMatch(run -> run.claim().fields().equals(world.row));
        assertThat(get(two.control().status()).nodes())
                .extracting(NodeStatus::roles)
                .containsExactlyInAnyOrder(List.of("control"), List.of("worker"));
        assertThat(get(one.control().status()).taskTypes()).hasSize(1);
    }

    @Test
    void taskTypesWithRowsThatAnOrdinaryMessageCanNotHoldLiveOnAnyNode() {
        RuntimeActors one = node("one", seeds.get(0));
        RuntimeActors two = node("two", seeds.get(1));
        formed(one, two);
        register("once", "x".repeat(300_000));
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 12);
        await().atMost(GENEROUS).until(() -> nodesOfTaskTypes(two).equals(Set.of("one", "two")));
        register("again", "y".repeat(300_000));
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 24);
    }

    @Test
    void everyNodeTellsTheStandingOfAllThatAnOrdinaryMessageCanNotHold() {
        RuntimeActors one = node("one", seeds.get(0));
        RuntimeActors two = node("two", seeds.get(1));
        formed(one, two);
        String name = "x".repeat(10_000);
        for (int id = 1; id <= 50; id++) {
            world.put(Steps.step(id, name + id, null, "never", "done"));
        }
        for (RuntimeActors node : List.of(one, two)) {
            await().atMost(GENEROUS)
                    .until(() -> get(node.control().status()).taskTypes().size() == 50);
        }
    }

    @Test
    void aStandbyOfAnotherClusterTakesOverWhenTheOtherOneEnds() {
        RuntimeActors one = world.start(FakeWorld.on("one"));
        world.put(Steps.step(1, "a", null, "one", "done"));
        await().atMost(GENEROUS).until(() -> get(one.control().glance()).state().equals("running"));
        await().atMost(GENEROUS)
                .until(() -> !get(one.control().glance()).taskTypes().isEmpty());
        RuntimeActors other = world.start(FakeWorld.on("other"));
        await().atMost(GENEROUS)
                .until(() -> get(other.control().glance()).state().equals("standing by"));
        assertThat(get(other.control().run("a", "s1")).error()).contains("stands by", "test-host");
        assertThat(get(other.control().pause(new Target.All())))
                .satisfies(answer -> assertThat(answer.done()).isFalse())
                .satisfies(answer -> assertThat(answer.message()).contains("stands by", "ask it there"));
        one.control().stop(false);
        get(one.whenDone());
        await().atMost(GENEROUS)
                .until(() -> get(other.control().glance()).state().equals("running"));
        world.subjects("one", 3);
        await().atMost(GENEROUS).until(() -> world.inStatus("done") == 3);
    }

    // ------------------------------------------------------------------ the stage

    private RuntimeActors node(String name, HostPort at) {
        return world.start(FakeWorld.on(name), place(at, Role.values()));
    }

    private ClusterSettings place(HostPort at, Role... roles) {
        return new ClusterSettings(at.host(), null, at.port(), seeds, Set.of(roles), Duration.ofSeconds(1), null);
    }

    /** Twelve task types, so many that each of two nodes has some of them, with a subject each. */
    private void register(String status, String description) {
        for (int id = 1; id <= 12; id++) {
            String from = status + "-" + id;
            world.put(FakeWorld.described(description, Steps.step(id, "step-" + id, null, from, "done")));
            world.subjects(from, 1);
        }
    }

    /** Every node knows every other one and its host. */
    private static void formed(RuntimeActors... nodes) {
        for (RuntimeActors node : nodes) {
            await().atMost(GENEROUS).until(() -> {
                RuntimeStatus status = get(node.control().glance());
                return status.state().equals("running")
                        && status.nodes().size() == nodes.length
                        && status.nodes().stream().allMatch(one -> one.state().equals("up") && one.runtimeId() != 0);
            });
        }
    }

    private static Set<String> nodesOfTaskTypes(RuntimeActors asked) {
        return get(asked.control().glance()).taskTypes().stream()
                .map(taskType -> taskType.where().node())
                .collect(Collectors.toSet());
    }

    private static String stateOf(String node, RuntimeActors asked) {
        return get(asked.control().glance()).nodes().stream()
                .filter(each -> each.name().equals(node))
                .map(NodeStatus::state)
                .findFirst()
                .orElse("not there");
    }

    private Set<String> hosts() {
        return world.recorded.stream().map(run -> run.place().host()).collect(Collectors.toSet());
    }

    private String hostOf(String subject) {
        return world.recorded.stream()
                .filter(run -> run.claim().subject().id().equals(subject))
                .map(run -> run.place().host())
                .findFirst()
                .orElse("nowhere");
    }

    private static HostPort freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
            return new HostPort(LOOPBACK, socket.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
