package org.turing.runtime.campaign;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the runtimes of a round are and how they find each other: by themselves or as a cluster, on loopback or on a
 * network that can be cut.
 */
final class Neighbourhood implements AutoCloseable {

    private static final int PORT_OF_ITS_OWN_MACHINE = 7627;
    private static final String LOOPBACK = "127.0.0.1";

    private final boolean cluster;
    private final @Nullable Network network;
    private final List<String> hosts = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();

    private Neighbourhood(boolean cluster, @Nullable Network network) {
        this.cluster = cluster;
        this.network = network;
    }

    static Neighbourhood create(Order order) throws IOException {
        boolean cluster = order.setting().cluster();
        int runtimes = order.setting().runtimes();
        Network network = order.kinds().contains(FaultKind.CUT_LINKS) ? Network.create(runtimes) : null;
        Neighbourhood neighbourhood = new Neighbourhood(cluster, network);
        List<Integer> free = cluster && network == null ? freePorts(runtimes) : List.of();
        for (int number = 0; number < runtimes; number++) {
            neighbourhood.hosts.add(network == null ? LOOPBACK : network.address(number));
            neighbourhood.ports.add(free.isEmpty() ? PORT_OF_ITS_OWN_MACHINE : free.get(number));
        }
        return neighbourhood;
    }

    /** Different ones, free now. */
    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(socket);
                ports.add(socket.getLocalPort());
            }
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
        return ports;
    }

    /** What runtimes reach the campaign by. */
    InetAddress campaign() throws IOException {
        return InetAddress.getByName(network == null ? LOOPBACK : network.campaignsAddress());
    }

    /** What a runtime's command line begins with. */
    List<String> at(int number) {
        return network == null ? List.of() : network.at(number);
    }

    /** Its place in the cluster, as settings in the environment; none for a runtime by itself. */
    Map<String, String> environment(int number) {
        Map<String, String> environment = new HashMap<>();
        if (cluster) {
            List<String> seeds = new ArrayList<>();
            for (int seed = 0; seed < hosts.size(); seed++) {
                seeds.add(hosts.get(seed) + ":" + ports.get(seed));
            }
            environment.put("TURING_CLUSTER_NAME", "node-" + number);
            environment.put("TURING_CLUSTER_HOST", hosts.get(number));
            environment.put("TURING_CLUSTER_PORT", ports.get(number).toString());
            environment.put("TURING_CLUSTER_SEEDS", String.join(",", seeds));
        }
        return environment;
    }

    /** The network; there must be one. */
    Network network() {
        Network made = network;
        if (made == null) {
            throw new IllegalStateException("links are cut on a stage that was not made for it");
        }
        return made;
    }

    @Override
    public void close() {
        if (network != null) {
            network.close();
        }
    }
}
