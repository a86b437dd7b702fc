package org.turing.runtime.app.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Rerun;
import org.turing.runtime.domain.TaskType;

class DatabaseDriverTest {

    @TempDir
    private Path folder;

    @Test
    void aScriptThatImportsPsycopg2CanNotRunWithoutIt() throws IOException {
        assertThat(missed("import json\nfrom psycopg2 import extras\n", ExecutionType.THICK, null))
                .hasValueSatisfying(finding -> {
                    assertThat(finding.verdict()).isEqualTo(Finding.Verdict.WRONG);
                    assertThat(finding.message()).contains("imports psycopg2").contains("pip install psycopg2-binary");
                });
    }

    @Test
    void aScriptThatTakesItsConnectionMayDoWithoutIt() throws IOException {
        assertThat(missed("class A:\n  def __init__(self, db_conn=None): pass\n", ExecutionType.THICK, null))
                .hasValueSatisfying(finding -> assertThat(finding.verdict()).isEqualTo(Finding.Verdict.WARNING));
    }

    @Test
    void otherScriptsDoNotNeedIt() throws IOException {
        String imports = "import psycopg2\n";
        assertThat(missed("class A:\n  def process(self): pass\n", ExecutionType.THICK, null))
                .isEmpty();
        assertThat(missed(imports, ExecutionType.WORKER, true)).isEmpty();
        assertThat(missed(imports, ExecutionType.THICK, false)).isEmpty();
    }

    private Optional<Finding> missed(String script, ExecutionType type, @Nullable Boolean databaseAccess)
            throws IOException {
        Files.writeString(folder.resolve("a.py"), script);
        TaskType taskType = new TaskType(
                1,
                "alma",
                "",
                null,
                true,
                "SELECT 1",
                null,
                "a.py",
                null,
                List.of(),
                List.of(),
                type,
                databaseAccess,
                1,
                null,
                0,
                null,
                null,
                1,
                Duration.ZERO,
                Rerun.ONCE,
                null);
        return DatabaseDriver.missed(
                "task type alma",
                new TaskTypeInspection(taskType, type, null, 0, false, List.of(), List.of(), List.of()),
                folder);
    }
}
