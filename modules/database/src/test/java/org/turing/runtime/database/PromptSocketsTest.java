package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;
import org.turing.runtime.database.PromptSockets.PromptStream;

class PromptSocketsTest {

    /** Has nothing to read; whoever reads would wait. */
    private static final class Silent extends InputStream {
        @Override
        public int available() {
            return 0;
        }

        @Override
        public int read() {
            throw new AssertionError("waits");
        }
    }

    @Test
    void whoPeeksWhereNothingIsDoesNotWait() {
        PromptStream stream = new PromptStream(new Silent(), () -> true);
        assertThatThrownBy(stream::read).isInstanceOf(SocketTimeoutException.class);
        assertThatThrownBy(() -> stream.read(new byte[8], 0, 8)).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void whoPeeksWhereSomethingIsReadsIt() throws Exception {
        PromptStream stream = new PromptStream(new ByteArrayInputStream(new byte[] {7}), () -> true);
        assertThat(stream.read()).isEqualTo(7);
    }

    @Test
    void everybodyElseWaits() {
        PromptStream stream = new PromptStream(new Silent(), () -> false);
        assertThatThrownBy(stream::read).hasMessage("waits");
    }

    @Test
    void aReadWithTheDriversLimitForMoreIsPeeking() throws Exception {
        InetAddress here = InetAddress.getLoopbackAddress();
        try (ServerSocket server = new ServerSocket(0, 1, here);
                Socket client = new PromptSockets().createSocket(here, server.getLocalPort());
                Socket other = server.accept()) {
            client.setSoTimeout(1);
            assertThatThrownBy(() -> client.getInputStream().read()).hasMessage("nothing is there yet");
            client.setSoTimeout(0);
            other.getOutputStream().write(7);
            assertThat(client.getInputStream().read()).isEqualTo(7);
        }
    }

    @Test
    void notificationsAreHeardThroughThemUnlessTheAddressNamesOthers() throws Exception {
        assertThat(factory("jdbc:postgresql://localhost/owls")).isEqualTo(PromptSockets.class.getName());
        assertThat(factory("jdbc:postgresql://localhost/owls?socketFactory=com.example.Tunnel"))
                .isEqualTo("com.example.Tunnel");
    }

    private static String factory(String url) throws DatabaseFault {
        return NotificationListener.source(DatabaseSettings.of(url, null, null, "turing"))
                .getSocketFactory();
    }
}
