package org.turing.runtime.bench;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.app.Main;
import picocli.CommandLine.Option;

/** The program under measurement or under attack: its jar, and the Java and the flags that it runs with. */
public final class Program {

    private static final String JAVA_HOME = System.getProperty("java.home");
    private static final int ASKS_ABOUT_UNSAFE = 23;

    @Option(names = "--java", paramLabel = "HOME", description = "The Java to run with; default: this one.")
    private Path javaHome = Path.of(JAVA_HOME);

    @Option(
            names = "--java-option",
            paramLabel = "OPTION",
            description = "A further option for Java, for everything that is measured; repeatable.")
    private List<String> javaOptions = new ArrayList<>();

    @Option(names = "--jar", paramLabel = "FILE", description = "The jar to measure; default: that of the class path.")
    private @Nullable Path chosenJar;

    /** Read from the command line. */
    public Program() {}

    /** A jar on this Java, with further options for Java. */
    public static Program of(Path jar, List<String> javaOptions) {
        Program program = new Program();
        program.chosenJar = jar;
        program.javaOptions = javaOptions;
        return program;
    }

    /** The jar that is measured. */
    public Path jar() {
        return chosenJar == null ? place(Main.class) : chosenJar;
    }

    /** What {@code java -jar} is followed by is left to the caller. */
    public List<String> ofJar(String... arguments) throws IOException {
        List<String> line = java();
        line.addAll(List.of("-jar", jar().toString()));
        line.addAll(List.of(arguments));
        return line;
    }

    /** A class of this module or of the jar with the libraries of both, under the same flags and these options. */
    public List<String> ofClass(Class<?> main, String... options) throws IOException {
        List<String> line = java();
        line.addAll(List.of(options));
        line.addAll(List.of("-cp", jar() + File.pathSeparator + place(Program.class), main.getName()));
        return line;
    }

    /** Java's version and further options, for the report. */
    public String describe() throws IOException {
        return "Java " + feature() + (javaOptions.isEmpty() ? "" : " with " + String.join(" ", javaOptions));
    }

    public Path javaHome() {
        return javaHome;
    }

    /** Java with the flags of the launcher. */
    private List<String> java() throws IOException {
        List<String> line = new ArrayList<>(List.of(
                javaHome.resolve("bin/java").toString(), "-Dfile.encoding=UTF-8", "-XX:+ExitOnOutOfMemoryError"));
        if (feature() >= ASKS_ABOUT_UNSAFE) {
            line.add("--sun-misc-unsafe-memory-access=allow");
        }
        line.addAll(javaOptions);
        return line;
    }

    private int feature() throws IOException {
        for (String fact : Files.readAllLines(javaHome.resolve("release"))) {
            if (fact.startsWith("JAVA_VERSION=")) {
                return Runtime.Version.parse(fact.substring(14, fact.length() - 1))
                        .feature();
            }
        }
        throw new IOException(javaHome + "/release does not name a version. Fix: name the folder of a JDK in --java");
    }

    /** The jar or the folder of classes that a class is in. */
    public static Path place(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
