package org.turing.runtime.app.whole;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between a runtime and its database. While it is stalled nothing passes and nothing is refused: neither side
 * can tell whether the other one is there. What was connected then is cut when the stall ends.
 */
final class StallingProxy implements AutoCloseable {

    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private boolean stalled;

    StallingProxy(int target) throws IOException {
        this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        this.target = target;
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    synchronized void stall() {
        stalled = true;
    }

    synchronized void resume() throws IOException {
        stalled = false;
        for (Socket socket : sockets) {
            socket.close();
        }
        notifyAll();
    }

    private synchronized void pass() throws InterruptedException {
        while (stalled) {
            wait();
        }
    }

    private void accept() throws IOException, InterruptedException {
        while (!listener.isClosed()) {
            Socket client = listener.accept();
            sockets.add(client);
            start(() -> connect(client));
        }
    }

    private void connect(Socket client) throws IOException, InterruptedException {
        pass();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(server);
        start(() -> carry(server, client));
        carry(client, server);
    }

    private void carry(Socket from, Socket to) throws IOException, InterruptedException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[16 << 10];
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                pass();
                out.write(bytes, 0, count);
            }
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException ended) {
                        return; // one side has closed the connection, or the proxy is closed
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                },
                "stalling proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        resume();
    }
}
