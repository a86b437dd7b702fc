package org.turing.runtime.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Half-open connections. The server here answers every byte with the next one. */
@Timeout(60)
class TcpProxyTest {

    private static final int SILENCE_MILLIS = 300;

    private ServerSocket server;
    private TcpProxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "echo");
        thread.setDaemon(true);
        thread.start();
        proxy = TcpProxy.to(server.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void whatIsSentArrivesAndIsAnswered() throws IOException {
        try (Socket client = connect()) {
            assertThat(ask(client, 7)).isEqualTo(8);
        }
    }

    @Test
    void aStalledConnectionStaysOpenAndCarriesNothing() throws IOException {
        try (Socket client = connect()) {
            assertThat(ask(client, 1)).isEqualTo(2);
            proxy.stall();
            client.setSoTimeout(SILENCE_MILLIS);

            assertThatThrownBy(() -> ask(client, 3)).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void theEndOfAStallCutsWhatWasConnectedAndLetsNewConnectionsPass() throws IOException {
        try (Socket client = connect()) {
            assertThat(ask(client, 1)).isEqualTo(2);
            proxy.stall();
            client.getOutputStream().write(3);

            proxy.resume();

            assertThat(isCut(client)).isTrue();
        }
        try (Socket another = connect()) {
            assertThat(ask(another, 5)).isEqualTo(6);
        }
    }

    private static boolean isCut(Socket client) {
        try {
            return client.getInputStream().read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    }

    private static int ask(Socket client, int what) throws IOException {
        client.getOutputStream().write(what);
        return client.getInputStream().read();
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                Thread thread = new Thread(() -> answer(connection), "echo connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void answer(Socket connection) {
        try (connection) {
            for (int read = connection.getInputStream().read();
                    read >= 0;
                    read = connection.getInputStream().read()) {
                connection.getOutputStream().write(read + 1);
            }
        } catch (IOException cut) {
            // The proxy cuts connections; that is what is tested.
            return;
        }
    }
}
