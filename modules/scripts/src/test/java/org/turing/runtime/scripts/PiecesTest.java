package org.turing.runtime.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.turing.runtime.domain.Outcome;

/** The parts that cut and bound what processes print, without processes. */
class PiecesTest {

    @TempDir
    Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static BoundedText bounded(int limit, String text, int step) {
        BoundedText bounded = new BoundedText(limit);
        byte[] all = bytes(text);
        for (int at = 0; at < all.length; at += step) {
            bounded.append(all, at, Math.min(step, all.length - at));
        }
        return bounded;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 100, 10_000})
    void textUpToTheLimitIsKeptWholeHoweverItArrives(int step) {
        String text = "é".repeat(200) + "x".repeat(624);

        assertThat(bounded(1024, text, step).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 100, 10_000})
    void ofLongerTextTheMiddleIsLeftOut(int step) {
        String text = "a".repeat(512) + "b".repeat(3000) + "c".repeat(512);

        assertThat(bounded(1024, text, step).text())
                .isEqualTo("a".repeat(512) + "\n... 3000 bytes left out ...\n" + "c".repeat(512));
    }

    private List<String> pieces(String text, int limit, int chunk) throws Exception {
        InputStream slow = new ByteArrayInputStream(bytes(text)) {
            @Override
            public synchronized int read(byte[] into, int from, int length) {
                return super.read(into, from, Math.min(length, chunk));
            }

            @Override
            public synchronized int available() {
                return 0;
            }
        };
        LineReader lines = new LineReader(Channels.newChannel(slow), limit, folder);
        List<String> pieces = new ArrayList<>();
        StringBuilder chatter = new StringBuilder();
        for (LineReader.Piece piece = lines.next(); piece != null; piece = lines.next()) {
            if (piece instanceof LineReader.Piece.Chatter text1) {
                chatter.append(new String(text1.bytes(), StandardCharsets.UTF_8));
            } else if (piece instanceof LineReader.Piece.Candidate candidate) {
                pieces.add(new String(candidate.line().bytes(), StandardCharsets.UTF_8));
            } else {
                pieces.add("too long");
            }
        }
        pieces.add(chatter.toString());
        return pieces;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 1000})
    void linesThatBeginWithABraceAreCandidatesAndTheRestIsChatter(int chunk) throws Exception {
        assertThat(pieces("a {1}\n{2}\n\n  {3}\r\nb\n{4}", 100, chunk))
                .containsExactly("{2}\n", "  {3}\r\n", "{4}", "a {1}\n\nb\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000})
    void aCandidateBeyondTheLimitIsGivenUpAndTheNextLineIsReadAsUsual(int chunk) throws Exception {
        assertThat(pieces("{" + "x".repeat(500) + "}\n{2}\n", 100, chunk)).startsWith("too long", "{2}\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"success\": false, \"skip_reason\": \"x\"}",
                "{\"success\": true, \"skip_reason\": \"x\"}",
                "{\"skip_reason\": \"x\"}"
            })
    void aSkipReasonIsASkipWhateverElseIsSaid(String line) {
        assertThat(outcome(line)).isEqualTo(new Outcome.Skipped("x", null));
    }

    @Test
    void emptySkipReasonsAndNullsSayNothing() {
        assertThat(outcome("{\"success\": true, \"skip_reason\": null, \"status\": null, \"output\": null}"))
                .isEqualTo(new Outcome.Succeeded(null, null));
        assertThat(outcome("{\"success\": false, \"skip_reason\": \"\", \"error\": null}"))
                .isEqualTo(new Outcome.Failed("the script reported a failure without an error", true, null));
    }

    @Test
    void aStatusThatIsNoTextIsKeptAsItWasWritten() {
        assertThat(outcome("{\"status\": 5}")).isEqualTo(new Outcome.Succeeded("5", null));
    }

    private static Outcome outcome(String line) {
        HeldLine held = new HeldLine(Path.of("unused"));
        held.append(bytes(line), 0, bytes(line).length);
        var said =
                new ResultReader(new ReadingRoom(1 << 20)).read(held, List.of()).said();
        assertThat(said).isNotNull();
        return said.outcome();
    }

    @Test
    void standardErrorIsCutAtTheMarkWhereverTheBuffersEnd() throws Exception {
        Path file = folder.resolve("stderr");
        String long1 = "\u001e" + "y".repeat(16_380) + "\u001eab";
        Files.writeString(file, "one\u001eabc 1\n" + long1 + "\u001eabc 2\nthree\u001eabc \u001eabc 3\n\u001eab");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            StderrLog log = new StderrLog(channel, () -> new BoundedText(1 << 16), "abc");
            log.run();
            // Nobody cut in time: all of it belongs to whoever comes.
            assertThat(log.cut("3", Duration.ZERO)).isEqualTo("three\u001eabc ");
            assertThat(log.cut()).isEqualTo("\u001eab");
        }
    }
}
