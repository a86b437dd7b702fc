package org.turing.runtime.actors.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Nodes in one JVM. */
class FormingTest {

    private static final Duration GENEROUS = Duration.ofSeconds(60);
    private static final String LOOPBACK = "127.0.0.1";

    private final FakeArbiter arbiter = new FakeArbiter();
    private final List<ActorSystem<Void>> systems = new ArrayList<>();

    @AfterEach
    void close() {
        systems.forEach(ActorSystem::terminate);
        systems.forEach(system ->
                assertThat(system.getWhenTerminated().toCompletableFuture()).succeedsWithin(GENEROUS));
    }

    @Test
    void aNodeWithoutSeedsIsAClusterOfOneOnLoopback() {
        ActorSystem<Void> system = start(ClusterSettings.OF_ONE);

        await().atMost(GENEROUS).until(() -> up(system).size() == 1);
        Member self = Cluster.get(system).selfMember();
        assertThat(self.address().host().get()).isEqualTo(LOOPBACK);
        assertThat(self.getRoles()).contains("control", "worker");
    }

    @Test
    void threeNodesFormOneClusterAndKnowEachOthersRoles() {
        List<ActorSystem<Void>> nodes = startThree();

        nodes.forEach(node -> {
            assertThat(withRole(node, Role.CONTROL)).hasSize(1);
            assertThat(withRole(node, Role.WORKER)).hasSize(2);
        });
    }

    @Test
    void aNodeThatLeavesInOrderIsGoneAtOnceAndTheOthersGoOn() {
        List<ActorSystem<Void>> nodes = startThree();
        nodes.get(2).terminate();

        await().atMost(GENEROUS)
                .until(() -> members(nodes.get(0)).size() == 2
                        && members(nodes.get(1)).size() == 2);
        assertThat(nodes.get(2).getWhenTerminated().toCompletableFuture()).succeedsWithin(GENEROUS);
        assertThat(unreachable(nodes.get(0))).isEmpty();
    }

    @Test
    void aNodeThatDiesWithoutAWordIsRemoved() {
        List<ActorSystem<Void>> nodes = startThree();
        abort(nodes.get(2));

        await().atMost(GENEROUS)
                .until(() -> members(nodes.get(0)).size() == 2
                        && members(nodes.get(1)).size() == 2);
        assertThat(up(nodes.get(0))).hasSize(2);
    }

    @Test
    void ofTwoNodesEitherMayDieAndTheOtherGoesOn() {
        HostPort seed = freePort();
        List<ActorSystem<Void>> nodes = List.of(
                start(node(seed, List.of(seed), Role.values())),
                start(node(new HostPort(LOOPBACK, 0), List.of(seed), Role.values())));
        nodes.forEach(node -> await().atMost(GENEROUS).until(() -> up(node).size() == 2));
        // a majority would be with the lowest address
        ActorSystem<Void> lowest = nodes.stream()
                .min(Comparator.comparing(node -> Cluster.get(node).selfMember().address(), Member.addressOrdering()))
                .orElseThrow();
        ActorSystem<Void> other =
                nodes.stream().filter(node -> node != lowest).findFirst().orElseThrow();
        abort(lowest);

        await().atMost(GENEROUS).until(() -> members(other).size() == 1);
        assertThat(up(other)).containsExactly(Cluster.get(other).selfMember());
        assertThat(other.getWhenTerminated().toCompletableFuture()).isNotDone();
        assertThat(arbiter.holder()).isNotNull();
    }

    @Test
    void aSideThatTheArbiterRefusesEnds() {
        HostPort seed = freePort();
        List<ActorSystem<Void>> nodes = List.of(
                start(node(seed, List.of(seed), Role.values())),
                start(node(new HostPort(LOOPBACK, 0), List.of(seed), Role.values())));
        nodes.forEach(node -> await().atMost(GENEROUS).until(() -> up(node).size() == 2));
        arbiter.take("the other side", Set.of(), Duration.ofHours(1));
        abort(nodes.get(0));

        assertThat(nodes.get(1).getWhenTerminated().toCompletableFuture()).succeedsWithin(GENEROUS);
    }

    @Test
    void aNodeThatComesBackOnTheSameAddressIsANewMember() {
        List<HostPort> seeds = List.of(freePort(), freePort(), freePort());
        ActorSystem<Void> first = start(node(seeds.get(0), seeds, Role.CONTROL, Role.WORKER));
        start(node(seeds.get(1), seeds, Role.WORKER));
        ActorSystem<Void> third = start(node(seeds.get(2), seeds, Role.WORKER));
        await().atMost(GENEROUS).until(() -> up(first).size() == 3);
        long before = Cluster.get(third).selfMember().uniqueAddress().longUid();

        abort(third);
        assertThat(third.getWhenTerminated().toCompletableFuture()).succeedsWithin(GENEROUS);
        ActorSystem<Void> again = start(node(seeds.get(2), seeds, Role.WORKER));

        await().atMost(GENEROUS)
                .until(() -> up(first).size() == 3
                        && up(first).stream()
                                .noneMatch(member -> member.uniqueAddress().longUid() == before));
        assertThat(up(first)).contains(Cluster.get(again).selfMember());
    }

    @Test
    void aPortThatIsTakenIsNamedWithWhatToDo() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
            HostPort there = new HostPort(LOOPBACK, taken.getLocalPort());

            assertThatThrownBy(() -> start(node(there, List.of(there), Role.WORKER)))
                    .isInstanceOf(CannotListen.class)
                    .hasMessageContaining("port " + there.port() + " of " + LOOPBACK)
                    .hasMessageContaining("Fix: turing.cluster.port must be free");
        }
    }

    /** Ends a system as a killed process would: nobody is told. */
    private static void abort(ActorSystem<?> system) {
        ((org.apache.pekko.actor.ExtendedActorSystem) system.classicSystem()).finalTerminate();
    }

    private List<ActorSystem<Void>> startThree() {
        HostPort first = freePort();
        List<HostPort> seeds = List.of(first);
        List<ActorSystem<Void>> nodes = List.of(
                start(node(first, seeds, Role.CONTROL)),
                start(node(new HostPort(LOOPBACK, 0), seeds, Role.WORKER)),
                start(node(new HostPort(LOOPBACK, 0), seeds, Role.WORKER)));
        nodes.forEach(node -> await().atMost(GENEROUS).until(() -> up(node).size() == 3));
        return nodes;
    }

    /** What nodes say of each other from now on. */
    private List<String> listen() {
        Logger logger = (Logger) LoggerFactory.getLogger(MembersLog.class);
        List<String> lines = new CopyOnWriteArrayList<>();
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                lines.add(event.getFormattedMessage());
            }
        };
        appender.setContext(logger.getLoggerContext());
        appender.start();
        logger.addAppender(appender);
        return lines;
    }

    private static ClusterSettings node(HostPort at, List<HostPort> seeds, Role... roles) {
        return new ClusterSettings(at.host(), null, at.port(), seeds, Set.of(roles), Duration.ofSeconds(1), null);
    }

    private ActorSystem<Void> start(ClusterSettings settings) {
        ActorSystem<Void> system = Forming.start(
                Behaviors.empty(), settings, ConfigFactory.load(), ActorSystemSetup.create(new ArbiterSetup(arbiter)));
        systems.add(system);
        return system;
    }

    static HostPort freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
            return new HostPort(LOOPBACK, socket.getLocalPort());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static List<Member> members(ActorSystem<?> system) {
        return StreamSupport.stream(Cluster.get(system).state().getMembers().spliterator(), false)
                .toList();
    }

    private static List<Member> up(ActorSystem<?> system) {
        return members(system).stream()
                .filter(member -> member.status().equals(MemberStatus.up()))
                .toList();
    }

    private static List<Member> withRole(ActorSystem<?> system, Role role) {
        return members(system).stream()
                .filter(member -> member.hasRole(role.inConfig()))
                .toList();
    }

    private static Set<Member> unreachable(ActorSystem<?> system) {
        return Cluster.get(system).state().getUnreachable();
    }
}
