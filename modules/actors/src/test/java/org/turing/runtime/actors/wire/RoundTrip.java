package org.turing.runtime.actors.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;

/**
 * Sends a message through the serialization of an actor system, as if to another node, and compares what arrives.
 *
 * <p>What was once sent must be understood by later versions: {@link #recorded} keeps the bytes of the first version in
 * {@code src/test/resources/wire/NAME.hex} (identifier of the serializer, manifest, bytes in hex) and reads them ever
 * after. To record a new message run its test with {@code -Dturing.test.record=true}; what is recorded is never
 * recorded again.
 */
public final class RoundTrip {

    static final Path FOLDER = Path.of("src/test/resources/wire");
    private static final HexFormat HEX = HexFormat.of();
    private static final int LINE = 96;

    private final Serialization serialization;

    private RoundTrip(Serialization serialization) {
        this.serialization = serialization;
    }

    /** Through the serialization of this system. */
    public static RoundTrip through(ActorSystem<?> system) {
        return new RoundTrip(SerializationExtension.get(system));
    }

    /**
     * @param id of the serializer
     * @param manifest that names the type
     */
    public record Sent(int id, String manifest, byte[] bytes) {}

    /** What travels. */
    public Sent send(Object message) {
        Serializer serializer = serialization.findSerializerFor(message);
        return new Sent(
                serializer.identifier(),
                Serializers.manifestFor(serializer, message),
                serialization.serialize(message).get());
    }

    /** What arrives. */
    public Object receive(Sent sent) {
        return serialization
                .deserialize(sent.bytes(), sent.id(), sent.manifest())
                .get();
    }

    /** Fails unless what arrives equals what was sent. */
    public void check(Object message) {
        assertThat(receive(send(message))).isEqualTo(message);
    }

    /**
     * Fails unless what arrives equals what was sent, now and when it was recorded.
     *
     * @param name names the file of the recording; lower-case words with hyphens
     * @param message its actors have the same paths in every run, wherever that is
     */
    public void recorded(String name, Object message) {
        check(message);
        Path file = FOLDER.resolve(name + ".hex");
        if (!Files.exists(file)) {
            if (!Boolean.getBoolean("turing.test.record")) {
                throw new AssertionError("there are no recorded bytes of '" + name + "' in " + file
                        + ". Fix: run this test with -Dturing.test.record=true, and check the file in");
            }
            write(file, send(message));
        }
        Object then = receive(read(file));
        assertThat(then).as("what was recorded in %s", file).hasSameClassAs(message);
        assertThat(anywhere(then)).as("what was recorded in %s", file).isEqualTo(anywhere(message));
    }

    /** Without the address of a run: an actor that was told to another node has it, one of this node has not. */
    private static String anywhere(Object message) {
        return message.toString().replaceAll("(?<=pekko://[a-z]{1,20})@[^/]*", "");
    }

    private static void write(Path file, Sent sent) {
        StringBuilder text = new StringBuilder(sent.id() + "\n" + sent.manifest() + "\n");
        String hex = HEX.formatHex(sent.bytes());
        for (int at = 0; at < hex.length(); at += LINE) {
            text.append(hex, at, Math.min(hex.length(), at + LINE)).append('\n');
        }
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    static Sent read(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            return new Sent(
                    Integer.parseInt(lines.get(0)),
                    lines.get(1),
                    HEX.parseHex(String.join("", lines.subList(2, lines.size()))));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
