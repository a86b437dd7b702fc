package org.turing.runtime.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code conf/cluster/try-it}, with a stand-in for the launcher that says what it was called with. */
class TryItTest {

    private static final Path SCRIPT =
            Path.of("").toAbsolutePath().getParent().getParent().resolve("conf/cluster/try-it");

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        -                      | demo --nodes 3
        --kill --data /tmp/x y | demo --nodes 3 --kill --data /tmp/x y
        --nodes 5              | demo --nodes 5
        --kill --nodes=5       | demo --kill --nodes=5
        """)
    void theDemoRunsOnThreeNodesUnlessToldOtherwise(String given, String called) throws Exception {
        assertThat(run(given == null ? List.of() : List.of(given.split(" ")))).isEqualTo(called + "\n");
    }

    @Test
    void helpSaysWhatItDoesAndRunsNothing() throws Exception {
        assertThat(run(List.of("--help")))
                .startsWith("Tries out a cluster on this machine")
                .contains("./conf/cluster/try-it --kill")
                .doesNotContain("demo --nodes 3", "#");
    }

    private String run(List<String> arguments) throws IOException, InterruptedException {
        assertThat(SCRIPT).isExecutable();
        Path copy = Files.createDirectories(folder.resolve("conf/cluster")).resolve("try-it");
        Files.copy(SCRIPT, copy);
        Path launcher = Files.writeString(folder.resolve("turing"), "#!/bin/sh\necho \"$@\"\n");
        assertThat(copy.toFile().setExecutable(true)).isTrue();
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        List<String> command = new ArrayList<>(List.of(copy.toString()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
