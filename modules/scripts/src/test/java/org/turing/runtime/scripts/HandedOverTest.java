package org.turing.runtime.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.scripts.ScriptSettings.DatabaseAccess;

/** The environments that scripts of each kind, and the supervisor, really have: read from /proc. */
class HandedOverTest extends StagedTest {

    private static final String PASSWORD = "hoot-hoot-1234";

    /** What the contract names; the last three are Python's and the supervisor's own affair. */
    private static final Set<String> OF_THE_CONTRACT = Set.of(
            "TURING_TASK_TYPE",
            "TURING_TASK_TYPE_ID",
            "TURING_SCHEMA",
            "TURING_TICKET_ID",
            "TURING_FENCE",
            "TURING_SUBJECT_ID",
            "TURING_SUBJECT_TYPE",
            "TURING_ATTEMPT",
            "TURING_CHAIN_ID",
            "TURING_CHAIN_DEPTH",
            "TURING_MODEL",
            "PYTHONPATH",
            "PYTHONUNBUFFERED",
            "TURING_CHILD");

    private static final String DUMP = """
            import shutil
            def dump(): shutil.copy("/proc/self/environ", "environ")
            """;

    @Override
    ScriptSettings settings() throws IOException {
        return super.settings()
                .withDatabase(new DatabaseAccess("127.0.0.1", 1, "night", "owl", PASSWORD, "turing"))
                .withEnvironment(new EnvironmentRules(true, List.of("PATH"), List.of(), Map.of("EGGS", "3")));
    }

    /** The environment of a process that ran a script of this type. */
    private Map<String, String> environment(ExecutionType type, boolean databaseAccess) throws Exception {
        stage.script("dump.py", DUMP);
        stage.script(
                "run.py",
                switch (type) {
                    case THICK ->
                        "import dump\nclass A:\n    def process(self):\n        dump.dump()\n        return {}\n";
                    case WORKER ->
                        "import dump\nfor line in __import__('sys').stdin:\n    dump.dump()\n    print('{}')\n";
                    default -> "import dump\ndump.dump()\nprint('{}')\n";
                });
        Stage.success(stage.run(Stage.taskType("run.py", type, Stage.LONG, databaseAccess), Stage.claim("1")));
        return read(stage.scripts.resolve("environ"));
    }

    private static Map<String, String> read(Path environ) throws IOException {
        Map<String, String> variables = new HashMap<>();
        Arrays.stream(Files.readString(environ, StandardCharsets.UTF_8).split("\0"))
                .map(line -> line.split("=", 2))
                .forEach(parts -> variables.put(parts[0], parts[1]));
        return variables;
    }

    @ParameterizedTest
    @EnumSource(names = {"SCRIPT", "WORKER", "THICK", "BULK"})
    void strictModeHandsOverWhatIsListedAndTheContract(ExecutionType type) throws Exception {
        Map<String, String> environment = environment(type, false);

        Set<String> names = new TreeSet<>(environment.keySet());
        names.removeAll(OF_THE_CONTRACT);
        names.remove("TURING_LOG_MARK"); // of a thick worker: no secret, it cuts stderr
        names.remove("TURING_DATABASE_ACCESS");
        assertThat(names).containsExactly("EGGS", "PATH");
    }

    @ParameterizedTest
    @EnumSource(names = {"SCRIPT", "WORKER", "THICK", "BULK"})
    void thePasswordOfTheDatabaseIsHandedOverOnlyWithDatabaseAccess(ExecutionType type) throws Exception {
        assertThat(environment(type, false).toString()).doesNotContain(PASSWORD).doesNotContain("PGHOST");
        if (type != ExecutionType.THICK) { // one with access connects before it starts
            assertThat(environment(type, true)).containsEntry("PGPASSWORD", PASSWORD);
        }
    }

    @Test
    void theSupervisorHasNoSecretAndItsCommandLineNeither() throws Exception {
        environment(ExecutionType.SCRIPT, true);
        Path supervisor = Path.of("/proc/" + stage.host.supervisorPid());

        assertThat(read(supervisor.resolve("environ")).keySet())
                .contains("PATH")
                .noneMatch(name -> name.startsWith("PG"));
        assertThat(Files.readString(supervisor.resolve("environ"))).doesNotContain(PASSWORD);
        assertThat(Files.readString(supervisor.resolve("cmdline"))).doesNotContain(PASSWORD);
    }
}
