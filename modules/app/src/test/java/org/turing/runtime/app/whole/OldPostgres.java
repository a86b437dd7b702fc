package org.turing.runtime.app.whole;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Speaks PostgreSQL's protocol just far enough to say which version it is, and to nod to every SET. */
final class OldPostgres implements AutoCloseable {

    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final String version;
    private final CompletableFuture<Void> serving;

    private OldPostgres(String version) throws IOException {
        this.version = version;
        this.serving = CompletableFuture.runAsync(this::serve, thread);
    }

    static OldPostgres ofVersion(String version) throws IOException {
        return new OldPostgres(version);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void serve() {
        while (!listening.isClosed()) {
            try (Socket client = listening.accept()) {
                serve(client);
            } catch (EOFException hungUp) {
                continue; // the next one may call
            } catch (SocketException closed) {
                return;
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    private void serve(Socket client) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        DataOutputStream out = new DataOutputStream(client.getOutputStream());
        greet(in, out);
        while (true) {
            int type = in.readUnsignedByte();
            in.skipNBytes(in.readInt() - Integer.BYTES);
            switch (type) {
                case 'P' -> send(out, '1', new byte[0]);
                case 'B' -> send(out, '2', new byte[0]);
                case 'D' -> send(out, 'n', new byte[0]);
                case 'E' -> send(out, 'C', text("SET"));
                case 'Q' -> {
                    send(out, 'C', text("SET"));
                    send(out, 'Z', new byte[] {'I'});
                }
                case 'S' -> send(out, 'Z', new byte[] {'I'});
                case 'X' -> {
                    return;
                }
                default -> throw new IOException("message " + (char) type + " is not known here");
            }
            out.flush();
        }
    }

    private void greet(DataInputStream in, DataOutputStream out) throws IOException {
        int request;
        do {
            int length = in.readInt();
            request = in.readInt();
            in.skipNBytes(length - 2L * Integer.BYTES);
            if (request == SSL_REQUEST || request == GSS_REQUEST) {
                out.writeByte('N');
                out.flush();
            }
        } while (request == SSL_REQUEST || request == GSS_REQUEST);
        send(out, 'R', new byte[Integer.BYTES]);
        for (Map.Entry<String, String> parameter : Map.of(
                        "server_version", version,
                        "server_encoding", "UTF8",
                        "client_encoding", "UTF8",
                        "DateStyle", "ISO, MDY",
                        "integer_datetimes", "on",
                        "standard_conforming_strings", "on",
                        "TimeZone", "UTC")
                .entrySet()) {
            send(out, 'S', text(parameter.getKey(), parameter.getValue()));
        }
        send(out, 'K', new byte[2 * Integer.BYTES]);
        send(out, 'Z', new byte[] {'I'});
        out.flush();
    }

    private static void send(DataOutputStream out, char type, byte[] content) throws IOException {
        out.writeByte(type);
        out.writeInt(content.length + Integer.BYTES);
        out.write(content);
    }

    private static byte[] text(String... texts) {
        return (String.join("\0", texts) + "\0").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        listening.close();
        thread.shutdown();
        serving.join();
    }
}
