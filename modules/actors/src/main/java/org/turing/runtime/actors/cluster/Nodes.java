package org.turing.runtime.actors.cluster;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.host.Hosts;
import org.turing.runtime.actors.work.Host;
import org.turing.runtime.ports.view.NodeStatus;
import org.turing.runtime.ports.view.UnknownName;

/** The members of the cluster, with what is known of their hosts, for people. */
public final class Nodes {

    private Nodes() {}

    /** All members, as this node knows them. */
    public static List<NodeStatus> of(ActorSystem<?> system, Hosts hosts) {
        Cluster cluster = Cluster.get(system);
        CurrentClusterState state = cluster.state();
        Set<Member> unreachable = state.getUnreachable();
        Optional<Member> speaker = oldest(state);
        List<NodeStatus> nodes = new ArrayList<>();
        for (Member member : state.getMembers()) {
            boolean self = member.uniqueAddress().equals(cluster.selfMember().uniqueAddress());
            Host host = hosts.all()
                    .filter(each -> address(each, cluster).equals(member.address()))
                    .findFirst()
                    .orElse(null);
            nodes.add(new NodeStatus(
                    host == null ? "" : host.name(),
                    shown(member.address()),
                    member.getRoles().stream().filter(Nodes::isOurs).sorted().toList(),
                    unreachable.contains(member) ? "unreachable" : state(member, host),
                    self,
                    speaker.filter(member::equals).isPresent(),
                    host == null ? 0 : host.runtimeId(),
                    host == null ? 0 : host.cores(),
                    host == null ? List.of() : host.models().stream().sorted().toList(),
                    host == null ? List.of() : gpus(host)));
        }
        nodes.sort(Comparator.comparing(NodeStatus::address));
        return nodes;
    }

    /**
     * The node of that name or address.
     *
     * @throws UnknownName if there is none, or several are called that; names those that there are
     */
    public static NodeStatus named(String node, List<NodeStatus> nodes) {
        List<NodeStatus> found = nodes.stream()
                .filter(each -> each.address().equals(node) || each.name().equals(node))
                .toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        String known = nodes.stream().map(Nodes::called).collect(Collectors.joining(", "));
        throw new UnknownName(
                found.isEmpty()
                        ? "there is no node '" + node + "'. There are: " + known
                        : "several nodes are called '" + node + "'. Fix: name one by its address: " + known);
    }

    private static String called(NodeStatus node) {
        return node.name().isEmpty() ? node.address() : node.name() + " (" + node.address() + ")";
    }

    /** Singletons live on the oldest member that may have them. */
    private static Optional<Member> oldest(CurrentClusterState state) {
        Member oldest = null;
        for (Member member : state.getMembers()) {
            boolean may =
                    member.hasRole(Role.CONTROL.inConfig()) && member.status().equals(MemberStatus.up());
            if (may && (oldest == null || member.isOlderThan(oldest))) {
                oldest = member;
            }
        }
        return Optional.ofNullable(oldest);
    }

    private static String state(Member member, @Nullable Host host) {
        if (member.status().equals(MemberStatus.up())) {
            return host != null && host.draining() ? "draining" : "up";
        }
        boolean comes = member.status().equals(MemberStatus.joining())
                || member.status().equals(MemberStatus.weaklyUp());
        return comes ? "joining" : "leaving";
    }

    private static boolean isOurs(String role) {
        return role.equals(Role.CONTROL.inConfig()) || role.equals(Role.WORKER.inConfig());
    }

    private static Address address(Host host, Cluster cluster) {
        Address address = host.workers().path().address();
        return address.hasGlobalScope() ? address : cluster.selfMember().address();
    }

    private static List<String> gpus(Host host) {
        return host.gpus().stream()
                .map(gpu -> {
                    Long bytes = host.gpuMemory().get(gpu);
                    return bytes == null ? gpu : gpu + " (" + (bytes >> 20) + " MiB)";
                })
                .toList();
    }

    private static String shown(Address address) {
        return address.getHost().orElse("?") + ":"
                + address.getPort().map(String::valueOf).orElse("?");
    }
}
