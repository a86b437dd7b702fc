package org.turing.runtime.bench.hosts;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.turing.runtime.app.Main;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.Program;
import org.turing.runtime.bench.RuntimeProcess;

/** A cluster of processes on loopback, each of which takes itself for a host; it only grows. */
final class SimulatedHosts implements AutoCloseable {

    private static final int SEEDS = 2;

    /** Processes that share one machine's processors with each other wait for seconds, and are not dead. */
    private static final String PATIENCE = "60s";

    private final Program program;
    private final BenchDatabase database;
    private final Path scripts;
    private final List<Integer> ports;
    private final List<RuntimeProcess> hosts = new ArrayList<>();

    /** @param most so many hosts can be started */
    SimulatedHosts(Program program, BenchDatabase database, Path scripts, int most) throws IOException {
        this.program = program;
        this.database = database;
        this.scripts = scripts;
        this.ports = freePorts(Math.max(SEEDS, most));
    }

    /** Starts what is missing to so many hosts, and waits until each can be talked to. */
    void growTo(int count) throws IOException {
        int before = hosts.size();
        while (hosts.size() < count) {
            hosts.add(spawn(hosts.size()));
        }
        for (RuntimeProcess host : hosts.subList(before, count)) {
            host.awaitAnnounced();
        }
    }

    private RuntimeProcess spawn(int number) throws IOException {
        String name = "host-" + (number + 1);
        List<String> command = program.ofClass(
                Main.class,
                "-D" + MessageCount.FILE + "=" + messages(number),
                "-Dpekko.remote.artery.advanced.instruments.0=" + MessageCount.class.getName(),
                "-Dpekko.cluster.failure-detector.acceptable-heartbeat-pause=" + PATIENCE);
        command.add("start");
        Map<String, String> settings = new HashMap<>();
        settings.put("TURING_CLUSTER_NAME", name);
        settings.put("TURING_CLUSTER_PORT", Integer.toString(ports.get(number)));
        settings.put("TURING_CLUSTER_SEEDS", "127.0.0.1:" + ports.get(0) + ",127.0.0.1:" + ports.get(1));
        settings.put("TURING_HOST_CORES", "1");
        return RuntimeProcess.spawn(command, database, scripts, name, settings);
    }

    private Path messages(int number) {
        return database.folder().resolve("messages-" + (number + 1));
    }

    int count() {
        return hosts.size();
    }

    /** Fails if one of them has ended. */
    void requireAlive() throws IOException {
        for (RuntimeProcess host : hosts) {
            host.requireAlive();
        }
    }

    /** What all of them sent to each other so far, by the class of the message. */
    Map<String, MessageCount.Sent> sent() throws IOException {
        Map<String, MessageCount.Sent> all = new HashMap<>();
        for (int number = 0; number < hosts.size(); number++) {
            MessageCount.read(messages(number)).forEach((name, sent) -> all.merge(name, sent, MessageCount.Sent::plus));
        }
        return all;
    }

    /** The processor time of each so far, in µs, in the order of their start. */
    List<Long> processorMicros() {
        return hosts.stream().map(RuntimeProcess::processorMicros).toList();
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    /** Ends them, the last one first. */
    @Override
    public void close() throws IOException {
        for (int number = hosts.size() - 1; number >= 0; number--) {
            hosts.get(number).close();
        }
    }
}
