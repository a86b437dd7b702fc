package org.turing.runtime.app.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.turing.runtime.app.program.ChildRuntime.Way;
import org.turing.runtime.embedded.RunningRuntime;

/**
 * The jar with little memory under scripts of four kinds at once that put out what no script in its right mind does, 50
 * MB at a time: each ticket ends with a clear error, or as the success that it is, and a neighbour works on.
 */
class OddOutputIT {

    private static final int GOOD_SUBJECTS = 100;

    /** Oddities by number, on standard output and on standard error; random ones are seeded with it. */
    private static final String ODDITIES = """
            import random, sys

            FIFTY = 50 * 1000 * 1000

            def oddities(number):
                seeded = random.Random(number)
                noise = bytes(seeded.getrandbits(8) for _ in range(20000))
                return [
                    lambda: noise * (FIFTY // 20000),
                    lambda: b'{"x": "' + b"y" * FIFTY + b'"}',
                    lambda: b"z" * FIFTY,
                    lambda: b"{" * FIFTY,
                    lambda: b'{"output": "\\xff\\xfe\\xc3"}',
                    lambda: b"\\0" * 1000000,
                    lambda: b'{"output": "a\\\\u0000b\\\\ud800"}',
                    lambda: b'{"output": ' + b"[" * 100000 + b"]" * 100000 + b"}",
                    lambda: b'{"output": 1e999999}',
                    lambda: b'{"output": ' + b"9" * 400000 + b"}",
                    lambda: b'{"status": "do\\\\u0000ne", "success": true}',
                    lambda: b'{"success": true, "status": "' + b"s" * 1000000 + b'"}',
                    lambda: b'{"success": false, "error": "' + b"e" * 1000000 + b'"}',
                    lambda: b'{"success": false, "error": "\\\\u0000\\\\udfff\\\\n\\\\u001b[2J"}',
                    lambda: b'{"success": true, "output": "' + b"o" * 2000000 + b'"}',
                ][number % 15]()

            def odd(number, ticket_id=None):
                data = oddities(number) + b"\\n"
                for stream in (sys.stderr.buffer, sys.stdout.buffer):
                    stream.write(data)
                    stream.flush()
            """;

    private static final int KINDS = 15;

    private static final String LINES = """
            import json, oddities, sys
            for line in sys.stdin:
                oddities.odd(int(json.loads(line)["subject_id"]))
            """;

    private static final String THICK = """
            import sys
            import oddities

            class Odd:
                def process(self):
                    number = self.input_data["subject_id"]
                    sys.stderr.buffer.write(oddities.oddities(number))
                    sys.stdout.buffer.write(oddities.oddities(number))
                    nested = "x"
                    for _ in range(100000):
                        nested = [nested]
                    return [
                        {"success": True, "output": "y" * 50000000},
                        {"success": True, "output": nested},
                        {"success": True, "output": 10 ** 4000},
                        {"success": False, "error": "e\\0" * 1000000},
                        {"success": True, "status": "s" * 1000000},
                    ][number % 5]
            """;

    @TempDir
    Path folder;

    @Test
    void littleMemoryIsEnoughForFiftyMegabytesFromSeveralScriptsAtOnce() throws Exception {
        try (ChildRuntime child = new ChildRuntime(Way.JAR, folder)) {
            child.with("JAVA_TOOL_OPTIONS", "-Xmx" + System.getProperty("turing.test.heap", "128m"));
            child.script("oddities.py", ODDITIES);
            child.script("odd_script.py", LINES);
            child.script("odd_bulk.py", LINES);
            child.script("odd_worker.py", LINES + "    print('{\"success\": true}', flush=True)\n");
            child.script("odd_thick.py", THICK);
            child.script("good.sh", "#!/bin/sh\necho '{\"success\": true}'\n");
            assertThat(folder.resolve("scripts/good.sh").toFile().setExecutable(true))
                    .isTrue();
            Process process = child.start("start");
            RunningRuntime running = child.awaitRunning(process);
            ChildRuntime.execute(running, """
                    INSERT INTO task_types (task_type_name, work_query, script_path, execution_type, rerun, max_attempts,
                           timeout_seconds, scale_limit, batch_size)
                    SELECT 'odd_' || kind, 'SELECT g AS id FROM generate_series(1, %1$d) g', 'odd_' || kind || '.py', kind, 'once',
                           1, 60, 2, CASE kind WHEN 'bulk' THEN 5 ELSE 100 END
                      FROM unnest(ARRAY['script', 'bulk', 'worker', 'thick']) AS kind""".formatted(KINDS));
            ChildRuntime.execute(running, """
                    INSERT INTO task_types (task_type_name, work_query, script_path, rerun)
                    VALUES ('good', 'SELECT g AS id FROM generate_series(1, %d) g', 'good.sh', 'once')""".formatted(GOOD_SUBJECTS));

            await().atMost(ChildRuntime.LIMIT.plus(ChildRuntime.LIMIT))
                    .pollInterval(Duration.ofMillis(200))
                    .untilAsserted(() -> {
                        assertThat(process.isAlive()).as(child::errors).isTrue();
                        assertThat(ChildRuntime.ask(running, "SELECT count(*) FROM tickets WHERE status <> 'running'"))
                                .isEqualTo(Integer.toString(4 * KINDS + GOOD_SUBJECTS));
                    });

            assertThat(ChildRuntime.ask(
                            running,
                            "SELECT count(*) FROM tickets JOIN task_types USING (task_type_id)"
                                    + " WHERE task_type_name = 'good' AND status = 'completed'"))
                    .isEqualTo(Integer.toString(GOOD_SUBJECTS));
            assertNothing(running, "status NOT IN ('completed', 'dead')");
            assertNothing(running, "status = 'dead' AND coalesce(error, '') = ''");
            assertNothing(running, "error ~ 'script host failed|OutOfMemory|out of memory|java\\.|refused to record'");
            assertNothing(running, "length(error) > 70000 OR length(stdout) > 70000 OR length(stderr) > 70000");
            assertNothing(running, "octet_length(output::text) > 17000000");
            assertThat(child.errors() + child.out(0)).doesNotContain("OutOfMemoryError", "saw failure");
            tellPeak(process);
        }
    }

    private static void assertNothing(RunningRuntime running, String condition) throws Exception {
        assertThat(ChildRuntime.ask(
                        running,
                        "SELECT string_agg(task_type_name || ' ' || subject_id || ' ' || status || ': '"
                                + " || left(coalesce(error, ''), 300), E'\\n') FROM tickets JOIN task_types USING (task_type_id)"
                                + " WHERE " + condition))
                .as(condition)
                .isEqualTo("null");
    }

    /** For docs/reliability.md. */
    private static void tellPeak(Process process) throws Exception {
        Path status = Path.of("/proc/" + process.pid() + "/status");
        if (Files.exists(status)) {
            Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmHWM"))
                    .forEach(line -> System.out.println("peak of the runtime's JVM: " + line));
        }
    }
}
