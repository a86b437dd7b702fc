package org.turing.runtime.app.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.turing.runtime.app.inspection.Finding.Verdict;

class PythonFindingTest {

    @TempDir
    Path folder;

    @Test
    void aPythonThatHangsIsToldAndNotWaitedForForEver() throws IOException {
        Path hanging = Files.writeString(folder.resolve("python"), "#!/bin/sh\nexec sleep 3600\n");
        assertThat(hanging.toFile().setExecutable(true)).isTrue();

        Finding finding = PythonFinding.of(hanging.toString(), folder, Duration.ofMillis(200));

        assertThat(finding.verdict()).isEqualTo(Verdict.WRONG);
        assertThat(finding.message()).contains("does not answer", "TURING_PYTHON");
    }
}
