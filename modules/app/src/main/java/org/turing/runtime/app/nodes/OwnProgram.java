package org.turing.runtime.app.nodes;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.turing.runtime.app.Main;

/** This very program, to be started once more: the same Java, the same jar, the same options for the JVM. */
final class OwnProgram {

    private OwnProgram() {}

    /** The command up to the program's own arguments. */
    static List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(OwnProgram::isForEveryJvm)
                .forEach(command::add);
        // Several on one machine: what makes a long life fast costs at the start.
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dfile.encoding=UTF-8"));
        String classes = System.getProperty("java.class.path");
        if (isJar(classes)) {
            command.addAll(List.of("-jar", classes));
        } else {
            command.addAll(List.of("-cp", classes, Main.class.getName()));
        }
        return command;
    }

    /** Memory and the like; no agents, whose ports and files are this JVM's, and no system properties. */
    private static boolean isForEveryJvm(String option) {
        return option.startsWith("--")
                || option.startsWith("-X") && !option.matches("-XX:(ArchiveClassesAtExit|.Use[A-Z0-9a-z]+GC).*");
    }

    /** Only as {@code -jar} does the jar's manifest count, which opens what the JDK keeps closed. */
    private static boolean isJar(String classes) {
        return classes.endsWith(".jar") && !classes.contains(File.pathSeparator);
    }
}
