package org.turing.runtime.actors.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** A CA and its certificates for node-1, gpu-2 and gpu-3, made by the commands that docs/cluster.md tells. */
record Certificates(Path folder) {

    private static final Path DOCUMENT = Path.of("../../docs/cluster.md");
    private static final Pattern COMMANDS =
            Pattern.compile("<!-- TlsTest runs these. -->\n```sh\n(.*?)```", Pattern.DOTALL);

    static Certificates make(Path folder) throws IOException, InterruptedException {
        Assumptions.assumeTrue(has("openssl"), "openssl is not installed");
        Matcher commands = COMMANDS.matcher(Files.readString(DOCUMENT));
        assertThat(commands.find()).as("commands in %s", DOCUMENT).isTrue();
        Files.createDirectories(folder);
        Path output = folder.resolve("output.txt");
        Process shell = new ProcessBuilder("sh", "-eu", "-c", commands.group(1))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(shell.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(shell.exitValue()).as(Files.readString(output)).isZero();
        return new Certificates(folder);
    }

    TlsFiles of(String node, Duration reloadEvery) {
        return new TlsFiles(
                folder.resolve(node + ".crt"), folder.resolve(node + ".key"), folder.resolve("ca.crt"), reloadEvery);
    }

    /** Puts a node's files in the place of others. */
    void replace(TlsFiles others, String node) throws IOException {
        TlsFiles own = of(node, others.reloadEvery());
        Files.copy(own.certificate(), others.certificate(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(own.key(), others.key(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(own.ca(), others.ca(), StandardCopyOption.REPLACE_EXISTING);
    }

    private static boolean has(String program) throws IOException, InterruptedException {
        return new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() == 0;
    }
}
