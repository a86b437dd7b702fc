package org.turing.runtime.campaign;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A machine of its own for each node, as far as networks go: a namespace with one link to the other nodes and one to
 * where the campaign and its PostgreSQL are, so that either can be cut. Only root can have one, on Linux with iproute2.
 *
 * <p>Addresses come from 198.18.0.0/15, which is set aside for tests of networks.
 */
final class Network implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Network.class);
    private static final int SUBNETS = 254;
    private static final int CAMPAIGNS_HOST = 254;

    /** Names of links must be short; a process has one network at a time. */
    private final String prefix = "tc" + ProcessHandle.current().pid();

    private final long subnet = 1 + ProcessHandle.current().pid() % SUBNETS;
    private final Deque<String[]> undo = new ArrayDeque<>();
    /** A campaign that is interrupted leaves nothing in the machine's networks. */
    private final Thread atExit = new Thread(this::undo, "end of the networks");

    private Network() {}

    /**
     * Makes it.
     *
     * @param nodes how many, at most some 250
     * @throws IOException if this user or this machine can't; nothing is left behind then
     */
    static Network create(int nodes) throws IOException {
        Network network = new Network();
        Runtime.getRuntime().addShutdownHook(network.atExit);
        try {
            network.bridge(network.amongNodes());
            network.bridge(network.toDatabase());
            Commands.run("ip", "address", "add", network.campaignsAddress() + "/24", "dev", network.toDatabase());
            for (int node = 0; node < nodes; node++) {
                network.node(node);
            }
            return network;
        } catch (IOException refused) {
            network.close();
            throw refused;
        }
    }

    /** Where nodes reach what listens on the campaign's side. */
    String campaignsAddress() {
        return "198.19." + subnet + "." + CAMPAIGNS_HOST;
    }

    /** Where the other nodes reach a node. */
    String address(int node) {
        return "198.18." + subnet + "." + (node + 1);
    }

    /** What a command line begins with to run where a node is; the process is the command's own. */
    List<String> at(int node) {
        return List.of("ip", "netns", "exec", namespace(node));
    }

    /** Nothing passes between a node and the others any more. */
    void cut(int node) throws IOException {
        Commands.run("ip", "link", "set", amongNodes() + node, "down");
    }

    /** Everything passes again. */
    void mend(int node) throws IOException {
        Commands.run("ip", "link", "set", amongNodes() + node, "up");
    }

    private void bridge(String name) throws IOException {
        Commands.run("ip", "link", "add", name, "type", "bridge");
        undo.push(new String[] {"ip", "link", "delete", name});
        Commands.run("ip", "link", "set", name, "up");
    }

    private void node(int node) throws IOException {
        String namespace = namespace(node);
        Commands.run("ip", "netns", "add", namespace);
        // its ends of the links, and with them the other ends, go with it
        undo.push(new String[] {"ip", "netns", "delete", namespace});
        Commands.run("ip", "-n", namespace, "link", "set", "lo", "up");
        link(node, amongNodes(), "nodes", address(node));
        link(node, toDatabase(), "database", "198.19." + subnet + "." + (node + 1));
    }

    private void link(int node, String bridge, String inside, String address) throws IOException {
        String outside = bridge + node;
        String namespace = namespace(node);
        Commands.run("ip", "link", "add", outside, "type", "veth", "peer", "name", inside, "netns", namespace);
        Commands.run("ip", "link", "set", outside, "master", bridge, "up");
        Commands.run("ip", "-n", namespace, "address", "add", address + "/24", "dev", inside);
        Commands.run("ip", "-n", namespace, "link", "set", inside, "up");
    }

    private String amongNodes() {
        return prefix + "n";
    }

    private String toDatabase() {
        return prefix + "d";
    }

    private String namespace(int node) {
        return prefix + "-" + node;
    }

    private synchronized void undo() {
        while (!undo.isEmpty()) {
            try {
                Commands.run(undo.pop());
            } catch (IOException left) {
                log.warn("the networks of the campaign are not all gone: {}", left.getMessage());
            }
        }
    }

    @Override
    public void close() {
        undo();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }
}
