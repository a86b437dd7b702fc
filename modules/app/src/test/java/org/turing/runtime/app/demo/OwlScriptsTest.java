package org.turing.runtime.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class OwlScriptsTest {

    private static final Path EXAMPLE = Path.of("..", "..", "examples", "owl");

    @RegisterExtension
    static final OwlDatabase DATABASE = new OwlDatabase();

    @Test
    void theScriptsPassTheirOwnTestsAgainstARealDatabase(@TempDir Path folder)
            throws IOException, InterruptedException {
        ProcessBuilder python = new ProcessBuilder(
                        System.getProperty("turing.test.python", "python3"), "-W", "error", "-m", "unittest", "-v")
                .directory(EXAMPLE.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        Map<String, String> environment = python.environment();
        environment.put("PYTHONDONTWRITEBYTECODE", "1");
        environment.putAll(DATABASE.environment());
        Process tests = python.start();
        boolean ended = tests.waitFor(5, TimeUnit.MINUTES);
        tests.destroyForcibly();
        String output = Files.readString(folder.resolve("output"), StandardCharsets.UTF_8);
        assertThat(ended).as(output).isTrue();
        assertThat(tests.exitValue()).as(output).isZero();
        assertThat(output).contains("Queries").doesNotContain("skipped");
    }
}
