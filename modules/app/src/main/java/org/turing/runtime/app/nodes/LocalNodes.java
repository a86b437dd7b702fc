package org.turing.runtime.app.nodes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.monitoring.client.RuntimeCallFailed;
import org.turing.runtime.monitoring.client.RuntimeClient;
import org.turing.runtime.ports.view.RuntimeStatus;

/** Some nodes of one cluster, {@code node-1} and so on, as processes on this machine. Not for several threads. */
public final class LocalNodes implements AutoCloseable {

    /** So many take part in forming a cluster. */
    private static final int SEEDS = 3;

    private static final Logger log = LoggerFactory.getLogger(LocalNodes.class);

    private final List<LocalNode> nodes;

    private LocalNodes(List<LocalNode> nodes) {
        this.nodes = nodes;
    }

    /**
     * None of them is started yet.
     *
     * @throws NodeTrouble if there are no ports for them
     */
    public static LocalNodes of(NodesPlan plan) throws NodeTrouble {
        List<Integer> ports = freePorts(plan.nodes());
        List<Integer> seeds = ports.subList(0, Math.min(SEEDS, ports.size()));
        return new LocalNodes(IntStream.range(0, ports.size())
                .mapToObj(number -> new LocalNode("node-" + (number + 1), ports.get(number), seeds, plan))
                .toList());
    }

    /**
     * Starts of the first so many nodes those that have not been started; does not wait until they work.
     *
     * @throws NodeTrouble if one can't be started
     */
    public void startWhatIsMissing(int first) throws NodeTrouble {
        for (LocalNode node : nodes.subList(0, Math.min(first, nodes.size()))) {
            if (node.pid() == 0) {
                node.start();
            }
        }
    }

    /** Taken together, so that they differ; in order, so that the first node has the lowest address. */
    private static List<Integer> freePorts(int number) throws NodeTrouble {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int taken = 0; taken < number; taken++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).sorted().toList();
        } catch (IOException failure) {
            throw new NodeTrouble("no free port on 127.0.0.1: " + failure.getMessage(), failure);
        } finally {
            for (ServerSocket socket : sockets) {
                try {
                    socket.close();
                } catch (IOException failure) {
                    log.debug("a port was not given back", failure);
                }
            }
        }
    }

    /** Their names, in order. */
    public List<String> names() {
        return nodes.stream().map(LocalNode::name).toList();
    }

    /** The data folder of a node, for commands. */
    public Path data(String name) {
        return named(name).data();
    }

    /** The process id of a node's latest life; 0 if it has had none. */
    public long pid(String name) {
        return named(name).pid();
    }

    /** @throws NodeTrouble if one of them has ended; tells the last lines of its log */
    public void check() throws NodeTrouble {
        for (LocalNode node : nodes) {
            if (node.pid() != 0 && !node.isAlive()) {
                throw new NodeTrouble(node.lastWords());
            }
        }
    }

    /** The status as the first node tells that can be asked now; empty if none can. */
    public Optional<RuntimeStatus> status() {
        for (LocalNode node : nodes) {
            try {
                Optional<RuntimeStatus> status = node.client().map(RuntimeClient::status);
                if (status.isPresent()) {
                    return status;
                }
            } catch (RuntimeCallFailed busy) {
                log.debug("{} can't be asked now", node.name(), busy);
            }
        }
        return Optional.empty();
    }

    /** Ends a node by SIGKILL, as a power cut would, and waits until it is gone. */
    public void kill(String name) throws InterruptedException {
        named(name).kill();
    }

    /** Starts a node again that has ended: the same name, address and data folder. */
    public void startAgain(String name) throws NodeTrouble {
        named(name).start();
    }

    private LocalNode named(String name) {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Ends them in order, the last one first: each finishes what runs and leaves. */
    @Override
    public void close() {
        for (int number = nodes.size() - 1; number >= 0; number--) {
            try {
                nodes.get(number).stop();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                log.warn("{} was left to itself: interrupted", nodes.get(number).name());
            }
        }
    }
}
