package org.turing.runtime.app.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.turing.runtime.app.program.ChildRuntime.Way;
import org.turing.runtime.embedded.RunningRuntime;

/** Who can reach a runtime from outside: nobody, as the listening sockets of all its processes show. */
@EnabledOnOs(OS.LINUX)
class ListeningIT {

    @TempDir
    Path folder;

    @Test
    void everythingThatListensDoesSoOnLoopback() throws Exception {
        try (ChildRuntime child = new ChildRuntime(Way.JAR, folder)) {
            child.script("hang.py", "import time\nwhile True:\n    time.sleep(60)\n");
            Process process = child.start("start", "-Dturing.jmx.port=0", "-Dturing.work.drain-timeout=0s");
            RunningRuntime running = child.awaitRunning(process);
            ChildRuntime.execute(
                    running,
                    "INSERT INTO task_types (task_type_name, work_query, script_path)"
                            + " VALUES ('hang', 'SELECT 7 AS id', 'hang.py')");
            await().atMost(ChildRuntime.LIMIT)
                    .until(() -> ChildRuntime.client(running).status().taskTypes().stream()
                                    .anyMatch(status -> status.running() > 0)
                            && process.descendants().count() >= 2);

            List<InetSocketAddress> listening = ListeningSockets.of(processes(process, child.data()));

            assertThat(listening).allMatch(socket -> socket.getAddress().isLoopbackAddress());
            assertThat(ports(listening))
                    .as("HTTP, JMX, PostgreSQL and the cluster of one")
                    .hasSize(4)
                    .contains(running.httpPort(), postgresPort(child.data()));
        }
    }

    @Test
    void aSocketOnEveryAddressWouldBeSeen() throws IOException {
        try (ServerSocket everywhere = new ServerSocket(0)) {
            assertThat(ListeningSockets.of(Set.of(ProcessHandle.current().pid())))
                    .filteredOn(socket -> socket.getPort() == everywhere.getLocalPort())
                    .singleElement()
                    .matches(socket -> socket.getAddress().isAnyLocalAddress());
        }
    }

    /** The runtime, its supervisor, their scripts and the database, which is no child of theirs. */
    private static Set<Long> processes(Process runtime, Path data) throws IOException {
        long postmaster = Long.parseLong(
                Files.readAllLines(data.resolve("postgres/postmaster.pid")).get(0));
        ProcessHandle database = ProcessHandle.of(postmaster).orElseThrow();
        List<ProcessHandle> children = runtime.descendants().toList();
        return Stream.of(Stream.of(runtime.toHandle(), database), children.stream(), database.descendants())
                .flatMap(handles -> handles)
                .map(ProcessHandle::pid)
                .collect(Collectors.toSet());
    }

    private static Set<Integer> ports(List<InetSocketAddress> listening) {
        return listening.stream().map(InetSocketAddress::getPort).collect(Collectors.toSet());
    }

    private static int postgresPort(Path data) throws IOException {
        return Integer.parseInt(Files.readString(data.resolve("postgres.port")).strip());
    }
}
