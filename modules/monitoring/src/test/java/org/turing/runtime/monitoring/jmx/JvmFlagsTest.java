package org.turing.runtime.monitoring.jmx;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.management.JMX;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.turing.runtime.monitoring.FakeRuntime;

/** A JVM of its own, with the JVM's own remote flags and nothing of ours but the beans. */
@Timeout(120)
class JvmFlagsTest {

    @TempDir
    private Path folder;

    @Test
    void theJvmsOwnRemoteFlagsShowTheBeans() throws Exception {
        int port = freePort();
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dcom.sun.management.jmxremote.port=" + port,
                        "-Dcom.sun.management.jmxremote.rmi.port=" + port,
                        "-Dcom.sun.management.jmxremote.host=127.0.0.1",
                        "-Djava.rmi.server.hostname=127.0.0.1",
                        "-Dcom.sun.management.jmxremote.authenticate=false",
                        "-Dcom.sun.management.jmxremote.ssl=false",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Seen.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try (JMXConnector connector = connect(process, port, log)) {
            MBeanServerConnection connection = connector.getMBeanServerConnection();
            await().atMost(60, SECONDS).until(() -> connection.isRegistered(JmxNames.modelGate("mistral-nemo:12b")));
            ModelGateMXBean gate =
                    JMX.newMXBeanProxy(connection, JmxNames.modelGate("mistral-nemo:12b"), ModelGateMXBean.class);

            assertThat(gate.getHolders()).containsExactly("clara_a: 1 slot for 12.3 s");
            assertThat(gate.pause()).isEqualTo("done");
            assertThat(JMX.newMXBeanProxy(connection, JmxNames.runtime(), TuringRuntimeMXBean.class)
                            .getState())
                    .isEqualTo("running");
        } finally {
            process.getOutputStream().close();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    }

    private static JMXConnector connect(Process process, int port, Path log) throws Exception {
        JMXServiceURL url = new JMXServiceURL("service:jmx:rmi:///jndi/rmi://127.0.0.1:" + port + "/jmxrmi");
        return await().atMost(60, SECONDS)
                .ignoreExceptionsInstanceOf(IOException.class)
                .failFast(() -> assertThat(process.isAlive()).as(read(log)).isTrue())
                .until(() -> JMXConnectorFactory.connect(url), connector -> true);
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    /** The program of that JVM: shows its beans until its standard input ends. */
    static final class Seen {
        private Seen() {}

        public static void main(String[] arguments) throws IOException {
            JmxRegistration registration = JmxRegistration.start(new FakeRuntime());
            System.in.transferTo(OutputStream.nullOutputStream());
            registration.close();
        }
    }
}
