package org.turing.runtime.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TalkingProcessTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    @Test
    void anAnswerIsTheRestOfTheLineThatBeginsWithTheWord() throws Exception {
        try (TalkingProcess process =
                shell("echo ready; while read line; do echo noise; echo \"began $line 1\"; done")) {
            assertThat(process.await("ready", LONG)).isEmpty();
            process.tell("work");
            assertThat(process.await("began", LONG)).isEqualTo("work 1");
            process.requireAlive();
        }
    }

    @Test
    void whoEndsWithoutAnAnswerIsToldOfWithTheEndOfItsLog() throws Exception {
        try (TalkingProcess process = shell("echo beginnings; echo no database >&2; exit 3")) {
            assertThatThrownBy(() -> process.await("began", LONG))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("it ended before it said 'began'")
                    .hasMessageContaining("no database");
        }
    }

    @Test
    void whoSaysNothingIsNotWaitedForForEver() throws Exception {
        try (TalkingProcess process = shell("read line")) {
            assertThatThrownBy(() -> process.await("ready", Duration.ofMillis(10)))
                    .hasMessage("it did not say 'ready' within 0 s");
        }
    }

    private TalkingProcess shell(String script) throws IOException {
        return TalkingProcess.spawn(List.of("sh", "-c", script), Map.of(), folder.resolve("log"));
    }
}
