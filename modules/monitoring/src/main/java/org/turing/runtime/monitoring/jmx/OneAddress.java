package org.turing.runtime.monitoring.jmx;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.rmi.server.RMIServerSocketFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes RMI listen on one address instead of all. RMI opens one socket per factory and asked-for port, so that registry
 * and objects share it; it never closes one on 'any free port', hence {@link #close}.
 */
final class OneAddress implements RMIServerSocketFactory, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OneAddress.class);
    private static final int BACKLOG = 50;
    private static final long LEAVING_SECONDS = 2;

    private final InetAddress address;
    // guarded by this
    private @Nullable Listening socket;

    OneAddress(InetAddress address) {
        this.address = address;
    }

    @Override
    public synchronized ServerSocket createServerSocket(int port) throws IOException {
        Listening opened = new Listening(port, address);
        socket = opened;
        return opened;
    }

    /** The address as a URL writes it. */
    String host() {
        String text = address.getHostAddress();
        return text.contains(":") ? "[" + text + "]" : text;
    }

    /** The port that is listened on; 0 before. */
    synchronized int port() {
        return socket == null ? 0 : socket.getLocalPort();
    }

    /** Closes the socket and waits until the port is free again, for {@code 2 s} at most. */
    @Override
    public synchronized void close() {
        if (socket == null) {
            return;
        }
        try {
            socket.close();
            if (!socket.left.await(LEAVING_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("JMX: port {} is closed but may not be free yet", socket.getLocalPort());
            }
        } catch (IOException e) {
            LOG.warn("JMX: the socket on port {} could not be closed", socket.getLocalPort(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The kernel frees the port of a closed socket only when the thread that accepts on it has left. */
    private static final class Listening extends ServerSocket {
        private final CountDownLatch left = new CountDownLatch(1);

        Listening(int port, InetAddress address) throws IOException {
            super(port, BACKLOG, address);
        }

        @Override
        public Socket accept() throws IOException {
            try {
                return super.accept();
            } finally {
                if (isClosed()) {
                    left.countDown();
                }
            }
        }
    }
}
