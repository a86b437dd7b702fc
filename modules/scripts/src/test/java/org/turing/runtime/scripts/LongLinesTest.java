package org.turing.runtime.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.turing.runtime.domain.Outcome;

/** Long results of many scripts at once fit into a small heap. */
@Timeout(120)
class LongLinesTest {

    private static final int MEGABYTE = 1 << 20;

    @TempDir
    Path folder;

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    /** A result line without an end: always as much as is asked for. */
    private static final class Endless implements ReadableByteChannel {
        private boolean begun;

        @Override
        public int read(ByteBuffer into) {
            int count = into.remaining();
            Arrays.fill(
                    into.array(), into.arrayOffset() + into.position(), into.arrayOffset() + into.limit(), (byte) 'y');
            if (!begun) {
                into.put(into.position(), (byte) '{');
                begun = true;
            }
            into.position(into.limit());
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private HeldLine line(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        HeldLine line = new HeldLine(folder);
        line.append(bytes, 0, bytes.length);
        return line;
    }

    @Test
    void aLineThatComesInTakesNoMoreMemoryThanAShortOneHoweverLongItIs() throws Exception {
        LineReader lines = new LineReader(new Endless(), 16 * MEGABYTE, folder);
        long before = allocated();

        LineReader.Piece piece = lines.next();

        assertThat(allocated() - before).isLessThan(MEGABYTE);
        assertThat(piece).isInstanceOf(LineReader.Piece.TooLong.class);
        assertThat(((LineReader.Piece.TooLong) piece).line().length()).isGreaterThan(15 * MEGABYTE);
    }

    @Test
    void aLongLineIsKeptWholeAndLeavesNothingInTheFolder() throws Exception {
        String text = "{\"output\": \"" + "0123456789".repeat(MEGABYTE / 10) + "\"}\n";
        LineReader lines = new LineReader(
                Channels.newChannel(new ByteArrayInputStream((text + "{}\n").getBytes(StandardCharsets.UTF_8))),
                2 * MEGABYTE,
                folder);

        HeldLine line = ((LineReader.Piece.Candidate) lines.next()).line();

        assertThat(line.isShort()).isFalse();
        for (int time = 0; time < 2; time++) {
            try (InputStream all = line.open()) {
                assertThat(new String(all.readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo(text);
            }
        }
        BoundedText log = new BoundedText(2 * text.length());
        line.moveTo(log);
        assertThat(log.text()).isEqualTo(text);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
        assertThat(((LineReader.Piece.Candidate) lines.next()).line().length()).isEqualTo(3);
    }

    @Test
    void whatAWorkerPrintsUnaskedIsPassedOverWithoutBeingKept() throws Exception {
        LineReader lines = new LineReader(new Endless(), MEGABYTE, folder);
        BoundedText log = new BoundedText(1024);
        int[] looks = {50 * MEGABYTE / (1 << 16)};
        long before = allocated();

        lines.passOver(log, () -> looks[0]-- > 0);

        assertThat(allocated() - before).isLessThan(MEGABYTE);
        assertThat(log.text()).contains(50 * MEGABYTE - 1024 + " bytes left out");
    }

    @Test
    void whereThereIsNoRoomOnTheDiskTheHostIsToBlame() {
        HeldLine line = new HeldLine(folder.resolve("missing"));

        assertThatThrownBy(() -> line.append(new byte[MEGABYTE], 0, MEGABYTE))
                .isInstanceOf(HostFault.class)
                .hasMessageContainingAll("missing", "Fix: make room on that disk");
    }

    @Test
    void whateverTheRoomHoldsIsReadWithinTheHeap() throws Exception {
        Process jvm = ReadingInAJvm.start(folder, 32);

        String said = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(jvm.waitFor()).as(said).isZero();
        assertThat(said).contains("read all");
    }

    @Test
    void aResultThatCouldNeverBeReadInThisHeapIsRefusedWithAWordOnTheHeap() {
        ResultReader reader = new ResultReader(new ReadingRoom(MEGABYTE));

        ResultReader.Line refused = reader.read(line("{\"output\": \"" + "x".repeat(MEGABYTE) + "\"}"), List.of());

        assertThat(refused.said()).isNull();
        assertThat(refused.meant()).isTrue();
        assertThat(refused.problem()).contains("half of its heap", "-Xmx");
    }

    @Test
    void aLongResultIsReadOnceThereIsMemoryForIt() throws Exception {
        ReadingRoom room = new ReadingRoom(16 * MEGABYTE);
        HeldLine line = line("{\"success\": true, \"output\": \"" + "x".repeat(MEGABYTE) + "\"}");
        CountDownLatch taken = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Thread other = new Thread(() -> room.with(10 * MEGABYTE, () -> {
            taken.countDown();
            return awaited(leave);
        }));
        other.start();
        assertThat(awaited(taken)).isTrue();
        ResultReader.Line[] read = new ResultReader.Line[1];
        Thread reader = new Thread(() -> read[0] = new ResultReader(room).read(line, List.of()));
        reader.start();

        await().atMost(Duration.ofMinutes(1)).until(() -> reader.getState() == Thread.State.WAITING);
        assertThat(read[0]).isNull();
        leave.countDown();
        reader.join();
        other.join();

        assertThat(read[0].said()).isNotNull();
        assertThat(read[0].said().outcome()).isInstanceOf(Outcome.Succeeded.class);
        assertThat(room.with(room.bytes(), () -> "all of it is free again")).isNotNull();
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
