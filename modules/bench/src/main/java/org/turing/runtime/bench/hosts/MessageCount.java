package org.turing.runtime.bench.hosts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSelectionMessage;
import org.apache.pekko.remote.artery.RemoteInstrument;

/**
 * Counts what one node sends to others, by the class of the message. It lives in the measured process, where Pekko's
 * remoting creates it, and keeps its counts in a file, at most {@value #EVERY_MILLIS} ms old.
 */
public final class MessageCount extends RemoteInstrument {

    /** The system property that names the file. */
    static final String FILE = "bench.messages";

    private static final long EVERY_MILLIS = 250;
    private static final byte IDENTIFIER = 31;

    /** What was sent of one class of messages. */
    record Sent(long messages, long bytes) {
        static final Sent NONE = new Sent(0, 0);

        Sent plus(Sent other) {
            return new Sent(messages + other.messages, bytes + other.bytes);
        }

        Sent minus(Sent other) {
            return new Sent(messages - other.messages, bytes - other.bytes);
        }
    }

    private record Counter(LongAdder messages, LongAdder bytes) {}

    /** What all instances of the process count: there is one for each stream of messages. */
    private static final class Counts {
        private static final Map<String, Counter> BY_CLASS = new ConcurrentHashMap<>();
        private static final Path KEPT = Path.of(System.getProperty(FILE));

        static {
            ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(task -> {
                Thread thread = new Thread(task, "message-count");
                thread.setDaemon(true);
                return thread;
            });
            writer.scheduleWithFixedDelay(Counts::write, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        }

        private Counts() {}

        static void add(String name, int size) {
            Counter counter = BY_CLASS.computeIfAbsent(name, n -> new Counter(new LongAdder(), new LongAdder()));
            counter.messages().increment();
            counter.bytes().add(size);
        }

        private static void write() {
            StringBuilder lines = new StringBuilder();
            BY_CLASS.forEach((name, counter) -> lines.append(name)
                    .append(' ')
                    .append(counter.messages().sum())
                    .append(' ')
                    .append(counter.bytes().sum())
                    .append('\n'));
            Path next = KEPT.resolveSibling(KEPT.getFileName() + ".next");
            try {
                Files.writeString(next, lines);
                Files.move(next, KEPT, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    /** Created by Pekko. */
    public MessageCount() {}

    /** What the node that keeps that file has sent so far; nothing while there is none. */
    static Map<String, Sent> read(Path file) throws IOException {
        Map<String, Sent> sent = new HashMap<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                String[] cells = line.split(" ");
                sent.put(cells[0], new Sent(Long.parseLong(cells[1]), Long.parseLong(cells[2])));
            }
        }
        return sent;
    }

    @Override
    public byte identifier() {
        return IDENTIFIER;
    }

    @Override
    public void remoteMessageSent(ActorRef recipient, Object message, ActorRef sender, int size, long time) {
        Object said = message instanceof ActorSelectionMessage selection ? selection.msg() : message;
        Counts.add(said.getClass().getName(), size);
    }

    @Override
    public void remoteMessageReceived(ActorRef recipient, Object message, ActorRef sender, int size, long time) {
        // whoever sent it counts it
    }

    @Override
    public void remoteWriteMetadata(ActorRef recipient, Object message, ActorRef sender, ByteBuffer buffer) {
        // messages carry nothing more than they do without a count
    }

    @Override
    public void remoteReadMetadata(ActorRef recipient, Object message, ActorRef sender, ByteBuffer buffer) {
        // nothing is there
    }
}
