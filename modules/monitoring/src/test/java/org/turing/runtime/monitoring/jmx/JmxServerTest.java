package org.turing.runtime.monitoring.jmx;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.MBeanServerConnection;
import javax.management.MBeanServerFactory;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.turing.runtime.monitoring.FakeRuntime;

@Timeout(60)
class JmxServerTest {

    private static final String LOOPBACK = "127.0.0.1";
    private static final String TOKEN = "s3cret";

    private final MBeanServer beans = MBeanServerFactory.newMBeanServer();
    private final FakeRuntime runtime = new FakeRuntime();
    private JmxRegistration registration;
    private JmxServer server;

    @BeforeEach
    void start() {
        registration = JmxRegistration.start(beans, runtime);
        server = JmxServer.start(LOOPBACK, 0, TOKEN, beans);
    }

    @AfterEach
    void stop() {
        server.close();
        registration.close();
    }

    @Test
    void aPlainConnectorReadsAndSteers() throws Exception {
        try (JMXConnector connector = connect(server.url(), JmxServer.USER, TOKEN)) {
            MBeanServerConnection connection = connector.getMBeanServerConnection();
            await().atMost(30, SECONDS).until(() -> connection.isRegistered(JmxNames.modelGate("mistral-nemo:12b")));
            TaskTypeMXBean clara = JMX.newMXBeanProxy(connection, JmxNames.taskType("clara_a"), TaskTypeMXBean.class);

            assertThat(clara.getRunning()).isEqualTo(2);
            assertThat(connection.getAttribute(JmxNames.modelGate("mistral-nemo:12b"), "Holders"))
                    .isEqualTo(new String[] {"clara_a: 1 slot for 12.3 s"});
            assertThat(clara.pause()).isEqualTo("done");
            connection.invoke(JmxNames.runtime(), "stop", new Object[] {false}, new String[] {"boolean"});
        }

        assertThat(runtime.asked()).containsExactly("pause OneTaskType[taskType=clara_a]", "stop false");
    }

    @Test
    void theUrlNamesTheLoopbackAddressAndThePort() {
        assertThat(server.port()).isPositive();
        assertThat(server.url()).hasToString("service:jmx:rmi:///jndi/rmi://127.0.0.1:" + server.port() + "/jmxrmi");
    }

    @Test
    void withoutTheTokenNobodyGetsIn() {
        assertThatThrownBy(() -> connect(server.url(), JmxServer.USER, "wrong"))
                .isInstanceOf(SecurityException.class)
                .hasMessageContaining("connect as user 'turing' with the token");
        assertThatThrownBy(() -> connect(server.url(), "root", TOKEN)).isInstanceOf(SecurityException.class);
        assertThatThrownBy(() -> JMXConnectorFactory.connect(server.url())).isInstanceOf(SecurityException.class);
    }

    @Test
    void aChosenPortServesRegistryAndObjectsAndIsFreeAfterwards() throws Exception {
        int port = server.port();
        server.close();

        server = JmxServer.start(LOOPBACK, port, TOKEN, beans);

        assertThat(server.port()).isEqualTo(port);
        try (JMXConnector connector = connect(server.url(), JmxServer.USER, TOKEN)) {
            assertThat(connector.getMBeanServerConnection().isRegistered(JmxNames.runtime()))
                    .isTrue();
        }
    }

    @Test
    void closingEndsTheListening() {
        JMXServiceURL url = server.url();
        server.close();

        assertThatThrownBy(() -> connect(url, JmxServer.USER, TOKEN)).isInstanceOf(IOException.class);
    }

    @Test
    void aTakenPortIsNamedWithTheSettingThatChangesIt() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
            assertThatThrownBy(() -> JmxServer.start(LOOPBACK, taken.getLocalPort(), TOKEN, beans))
                    .isInstanceOf(JmxServer.JmxServerNotStarted.class)
                    .hasMessageContaining("port " + taken.getLocalPort() + " on 127.0.0.1 can't be had")
                    .hasMessageContaining("turing.jmx.port (TURING_JMX_PORT)");
        }
    }

    @Test
    void anAddressBeyondLoopbackIsRefused() {
        assertThatThrownBy(() -> JmxServer.start("0.0.0.0", 0, TOKEN, beans))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'0.0.0.0' is not on loopback")
                .hasMessageContaining("com.sun.management.jmxremote");
        assertThatThrownBy(() -> JmxServer.start(LOOPBACK, 70_000, TOKEN, beans))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("turing.jmx.port");
        assertThatThrownBy(() -> JmxServer.start(LOOPBACK, 0, "", beans))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("token");
    }

    private static JMXConnector connect(JMXServiceURL url, String user, String password) throws IOException {
        return JMXConnectorFactory.connect(url, Map.of(JMXConnector.CREDENTIALS, new String[] {user, password}));
    }
}
