package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class TcpProxyTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @Test
    void aServerThatIsNotThereYetIsReachedOnceItIs() throws Exception {
        int port = freePort();
        try (TcpProxy proxy = TcpProxy.to(port)) {
            try (Socket early = new Socket(LOOPBACK, portOf(proxy, port))) {
                assertThat(early.getInputStream().read())
                        .as("the end of the line")
                        .isEqualTo(-1);
            }
            try (ServerSocket server = new ServerSocket(port, 1, LOOPBACK);
                    Socket client = new Socket(LOOPBACK, portOf(proxy, port))) {
                client.getOutputStream().write(7);
                try (Socket reached = server.accept()) {
                    assertThat(reached.getInputStream().read()).isEqualTo(7);
                }
            }
        }
    }

    private static int portOf(TcpProxy proxy, int serverPort) {
        return Integer.parseInt(proxy.instead(":" + serverPort + "/").replaceAll("\\D", ""));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
            return socket.getLocalPort();
        }
    }
}
