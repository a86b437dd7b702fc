package org.turing.runtime.app.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Makes a CA and a certificate in a folder: ca.crt, NAME.crt, NAME.key. */
final class TestCertificates {

    private static final String COMMANDS = """
            new='-newkey rsa:2048 -nodes'
            openssl req -x509 $new -days 2 -subj /CN=ca -keyout ca.key -out ca.crt
            openssl req $new -subj /CN=turing -keyout $1.key -out $1.csr
            openssl x509 -req -in $1.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 1 -out $1.crt
            """;

    private TestCertificates() {}

    static void make(Path folder, String name) throws IOException, InterruptedException {
        run(folder, COMMANDS, name);
    }

    /** Runs commands in a folder; skips the test where there is no openssl. */
    static void run(Path folder, String commands, String... arguments) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path output = folder.resolve("output.txt");
        Assumptions.assumeTrue(
                new ProcessBuilder("sh", "-c", "command -v openssl").start().waitFor() == 0,
                "openssl is not installed");
        ProcessBuilder builder = new ProcessBuilder("sh", "-eu", "-c", commands, "sh");
        builder.command().addAll(List.of(arguments));
        Process shell = builder.directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(shell.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(shell.exitValue()).as(Files.readString(output)).isZero();
    }
}
