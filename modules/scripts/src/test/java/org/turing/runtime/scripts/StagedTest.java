package org.turing.runtime.scripts;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that have a stage each, in a folder of its own. */
@Timeout(120)
abstract class StagedTest {

    @TempDir
    Path folder;

    Stage stage;

    /** What the stage of each test begins with. */
    ScriptSettings settings() throws IOException {
        return Stage.settings(folder);
    }

    @BeforeEach
    void open() throws IOException {
        stage = new Stage(settings());
    }

    @AfterEach
    void close() {
        stage.close();
    }

    /** Goes on in the same folder with other settings. */
    void reopen(ScriptSettings changed) throws IOException {
        stage.close();
        stage = new Stage(changed);
    }
}
