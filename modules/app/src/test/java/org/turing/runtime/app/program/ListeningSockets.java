package org.turing.runtime.app.program;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** What processes listen on, as Linux shows it in /proc: TCP sockets in state LISTEN and every UDP socket. */
final class ListeningSockets {

    private static final String LISTEN = "0A";

    private ListeningSockets() {}

    /** The local addresses of these processes' listening sockets. */
    static List<InetSocketAddress> of(Set<Long> pids) throws IOException {
        Set<String> inodes = new HashSet<>();
        for (long pid : pids) {
            inodes.addAll(socketsOf(pid));
        }
        List<InetSocketAddress> listening = new ArrayList<>();
        for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
            Path file = Path.of("/proc/net", table);
            List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
            for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
                String[] columns = line.strip().split("\\s+");
                if (inodes.contains(columns[9]) && (table.startsWith("udp") || columns[3].equals(LISTEN))) {
                    listening.add(address(columns[1]));
                }
            }
        }
        return listening;
    }

    private static Set<String> socketsOf(long pid) throws IOException {
        Set<String> inodes = new HashSet<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path descriptor : descriptors) {
                String target = target(descriptor);
                if (target.startsWith("socket:[")) {
                    inodes.add(target.substring("socket:[".length(), target.length() - 1));
                }
            }
        } catch (NoSuchFileException ended) {
            return Set.of();
        }
        return inodes;
    }

    private static String target(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException closed) {
            return "";
        }
    }

    /** {@code 0100007F:1DCA}: words of four bytes in the machine's order, and the port. */
    private static InetSocketAddress address(String shown) throws UnknownHostException {
        String[] parts = shown.split(":");
        ByteBuffer asShown = ByteBuffer.wrap(HexFormat.of().parseHex(parts[0]));
        ByteBuffer address = ByteBuffer.allocate(asShown.remaining()).order(ByteOrder.nativeOrder());
        while (asShown.hasRemaining()) {
            address.putInt(asShown.getInt());
        }
        return new InetSocketAddress(InetAddress.getByAddress(address.array()), Integer.parseInt(parts[1], 16));
    }
}
