package org.turing.runtime.campaign;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Stands between runtimes and PostgreSQL on loopback. While it is stalled it accepts connections and reads what comes,
 * and passes nothing on: to both sides the other one is neither there nor gone. What was connected then is cut when the
 * stall ends, as a firewall does that has forgotten a connection.
 */
final class TcpProxy implements AutoCloseable {

    private static final int BUFFER_BYTES = 16 << 10;
    private static final int BACKLOG = 200;

    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock gate = new ReentrantLock();
    private final Condition opened = gate.newCondition();
    private boolean stalled;
    private boolean closed;

    private TcpProxy(ServerSocket listener, int target) {
        this.listener = listener;
        this.target = target;
    }

    /** Listens on any free port of loopback. */
    static TcpProxy to(int target) throws IOException {
        return to(target, InetAddress.getLoopbackAddress());
    }

    /** Listens on any free port of one of this machine's addresses; what it leads to is on loopback. */
    static TcpProxy to(int target, InetAddress address) throws IOException {
        TcpProxy proxy = new TcpProxy(new ServerSocket(0, BACKLOG, address), target);
        proxy.thread("proxy", proxy::accept);
        return proxy;
    }

    /** As in a URL: where it listens. */
    String address() {
        return listener.getInetAddress().getHostAddress() + ":" + listener.getLocalPort();
    }

    int port() {
        return listener.getLocalPort();
    }

    /** From now on nothing passes. */
    void stall() {
        gate.lock();
        try {
            stalled = true;
        } finally {
            gate.unlock();
        }
    }

    /** Cuts every connection that there is, and lets new ones pass. */
    void resume() {
        sockets.forEach(TcpProxy::cut);
        gate.lock();
        try {
            stalled = false;
            opened.signalAll();
        } finally {
            gate.unlock();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                sockets.add(client);
                thread("proxy connection", () -> connect(client));
            } catch (IOException ended) {
                // The listener was closed, or the client was gone before it was accepted: the loop's condition tells.
                continue;
            }
        }
    }

    private void connect(Socket client) {
        try {
            awaitOpen();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(server);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            thread("proxy answers", () -> pump(server, client));
            pump(client, server);
        } catch (IOException noServer) {
            drop(client);
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                awaitOpen();
                out.write(buffer, 0, read);
            }
            awaitOpen();
        } catch (IOException ended) {
            // Either side has ended the connection; so does the other, below.
        } finally {
            drop(from);
            drop(to);
        }
    }

    private void awaitOpen() throws IOException {
        gate.lock();
        try {
            while (stalled && !closed) {
                opened.awaitUninterruptibly();
            }
            if (closed) {
                throw new IOException("the proxy is closed");
            }
        } finally {
            gate.unlock();
        }
    }

    private void drop(Socket socket) {
        sockets.remove(socket);
        cut(socket);
    }

    private static void cut(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            // Closing is all that was wanted.
            return;
        }
    }

    private void thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        gate.lock();
        try {
            closed = true;
            opened.signalAll();
        } finally {
            gate.unlock();
        }
        sockets.forEach(TcpProxy::cut);
    }
}
