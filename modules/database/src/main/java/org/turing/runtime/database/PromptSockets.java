package org.turing.runtime.database;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.function.BooleanSupplier;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sockets that say at once when there is nothing to read. Once the driver has read a notification it waits a
 * millisecond for one more before it hands any over, and where they come faster than that it hands over none for as
 * long as they do. The driver makes this one by its name.
 */
public final class PromptSockets extends SocketFactory {

    /** The driver reads with this limit, in ms, when it asks whether there is anything more. */
    private static final int PEEK = 1;

    @Override
    public Socket createSocket() {
        return new PromptSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(null, new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(new InetSocketAddress(localHost, localPort), new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(null, new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(new InetSocketAddress(localHost, localPort), new InetSocketAddress(host, port));
    }

    private static Socket connected(@Nullable InetSocketAddress from, InetSocketAddress to) throws IOException {
        Socket socket = new PromptSocket();
        socket.bind(from);
        socket.connect(to);
        return socket;
    }

    private static final class PromptSocket extends Socket {
        private volatile boolean peeking;

        @Override
        public synchronized void setSoTimeout(int timeout) throws SocketException {
            super.setSoTimeout(timeout);
            peeking = timeout == PEEK;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new PromptStream(super.getInputStream(), () -> peeking);
        }
    }

    /** Reads what is there, and while somebody peeks nothing else. */
    static final class PromptStream extends FilterInputStream {
        private final BooleanSupplier peeking;

        PromptStream(InputStream in, BooleanSupplier peeking) {
            super(in);
            this.peeking = peeking;
        }

        @Override
        public int read() throws IOException {
            refuseToWait();
            return super.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            refuseToWait();
            return super.read(bytes, offset, length);
        }

        /** As if the time had passed within which something may come. */
        private void refuseToWait() throws IOException {
            if (peeking.getAsBoolean() && available() == 0) {
                throw new SocketTimeoutException("nothing is there yet");
            }
        }
    }
}
