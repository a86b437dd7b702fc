package org.turing.runtime.app.whole;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Stands on loopback between the runtime and its server, and can make the server vanish without a word, as a host does
 * that loses its power or a firewall that forgets a connection: nothing is closed, nothing is answered any more.
 */
final class TcpProxy implements AutoCloseable {

    private static final int BUFFER_BYTES = 8192;

    private final ServerSocket listening;
    private final int serverPort;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private boolean vanished;

    private TcpProxy(int serverPort, int port) throws IOException {
        this.listening = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        this.serverPort = serverPort;
        threads.execute(this::accept);
    }

    static TcpProxy to(int serverPort) throws IOException {
        return new TcpProxy(serverPort, 0);
    }

    /** At a port of one's choice. */
    static TcpProxy to(int serverPort, int port) throws IOException {
        return new TcpProxy(serverPort, port);
    }

    /** An address of the server, by way of this. */
    String instead(String uri) {
        return uri.replace(":" + serverPort + "/", ":" + listening.getLocalPort() + "/");
    }

    /** From now on nothing gets through, on any connection. */
    synchronized void vanish() {
        vanished = true;
        links.forEach(link -> link.dead = true);
    }

    /** New connections get through again; those that were there stay dead. */
    synchronized void comeBack() {
        vanished = false;
    }

    /** The same, and both sides of those that were there are told that they are gone. */
    synchronized void comeBackAndCut() {
        comeBack();
        links.stream().filter(link -> link.dead).forEach(Link::close);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Socket server = reach(client);
                if (server == null) {
                    continue;
                }
                Link link = link(client, server);
                threads.execute(() -> link.carry(client, server));
                threads.execute(() -> link.carry(server, client));
            } catch (SocketException closed) {
                return;
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    /**
     * The server, or null while there is none: then the client is told so by the closing, as it would be without us.
     */
    private @Nullable Socket reach(Socket client) throws IOException {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), serverPort);
        } catch (ConnectException noServer) {
            client.close();
            return null;
        }
    }

    private synchronized Link link(Socket client, Socket server) {
        Link link = new Link(client, server);
        link.dead = vanished;
        links.add(link);
        return link;
    }

    private final class Link {
        private final Socket client;
        private final Socket server;
        private volatile boolean dead;

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void carry(Socket from, Socket to) {
            byte[] buffer = new byte[BUFFER_BYTES];
            try (InputStream in = from.getInputStream();
                    OutputStream out = to.getOutputStream()) {
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    if (!dead) {
                        out.write(buffer, 0, read);
                        out.flush();
                    }
                }
            } catch (IOException ended) {
                // one side is gone, and the other one is told by the closing
            } finally {
                close();
            }
        }

        void close() {
            try (client;
                    server) {
                links.remove(this);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        links.forEach(Link::close);
        threads.shutdown();
    }
}
