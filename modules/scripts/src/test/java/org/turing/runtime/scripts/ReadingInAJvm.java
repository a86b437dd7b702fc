package org.turing.runtime.scripts;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Reads results of every shape in a JVM of its own, each as long as may be read in its heap. */
public final class ReadingInAJvm {

    /**
     * What a result consists of: before, over and over (a hash stands for a number), after. A single character beyond
     * Latin-1 doubles what a text takes.
     */
    private static final List<List<String>> SHAPES = List.of(
            List.of("\"", "x", "\""),
            List.of("\"€", "x", "\""),
            List.of("\"", "é", "\""),
            List.of("\"", "\\u0041\\u00e9", "\""),
            List.of("\"", "\\u0000", "\""),
            List.of("\"", "\\ud800xxxxxxxxxxxxxxx", "\""),
            List.of("[", "1,", "0]"),
            List.of("[", "1234567,", "0]"),
            List.of("[", "1.5,", "0]"),
            List.of("[", "123456789012345678901,", "0]"),
            List.of("[", "\"\",", "0]"),
            List.of("[", "{},", "0]"),
            List.of("[", "[],", "0]"),
            List.of("[", "[[[[[[[[1]]]]]]]],", "0]"),
            List.of("[", "{\"a\":1},", "0]"),
            List.of("[", "{\"name\": \"owl\", \"score\": 0.25, \"tags\": [\"a\", \"b\"]},", "0]"),
            List.of("{", "\"k#\":1,", "\"k\":1}"),
            List.of("{", "\"k#\":{},", "\"k\":1}"));

    private ReadingInAJvm() {}

    /** @param arguments a folder for long lines */
    public static void main(String[] arguments) {
        ReadingRoom room = ReadingRoom.ofThisJvm();
        ResultReader reader = new ResultReader(room);
        for (List<String> shape : SHAPES) {
            for (String field : List.of("output", "error")) {
                HeldLine line = line(Path.of(arguments[0]), field, shape, room);
                ResultReader.Line read;
                try {
                    read = reader.read(line, List.of());
                } catch (OutOfMemoryError e) {
                    throw new AssertionError(line.length() + " bytes of " + shape + " as " + field, e);
                }
                line.close();
                if (read.said() == null) {
                    throw new AssertionError(shape + " is not read: " + read.problem());
                }
            }
        }
        System.out.println("read all " + SHAPES.size());
    }

    private static HeldLine line(Path folder, String field, List<String> shape, ReadingRoom room) {
        HeldLine line = new HeldLine(folder);
        append(line, "{\"" + field + "\": " + shape.get(0));
        long most = room.bytes() - 300_000;
        for (int number = 0; line.cost() < most; ) {
            StringBuilder part = new StringBuilder();
            while (part.length() < 1000) {
                part.append(shape.get(1).replace("#", Integer.toString(number++)));
            }
            append(line, part.toString());
        }
        append(line, shape.get(2) + "}");
        return line;
    }

    private static void append(HeldLine line, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        line.append(bytes, 0, bytes.length);
    }

    /** @param megabytes the heap */
    static Process start(Path folder, int megabytes) throws Exception {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx" + megabytes + "m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReadingInAJvm.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
    }
}
