package org.turing.runtime.app.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarFile;
import javax.management.JMX;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.turing.runtime.app.program.ChildRuntime.Way;
import org.turing.runtime.embedded.DataFolder;
import org.turing.runtime.embedded.RunningRuntime;
import org.turing.runtime.monitoring.jmx.JmxNames;
import org.turing.runtime.monitoring.jmx.JmxServer;
import org.turing.runtime.monitoring.jmx.TaskTypeMXBean;
import org.turing.runtime.monitoring.jmx.TuringRuntimeMXBean;

/** The program as users run it, after packaging. */
class ProgramIT {

    private static final String GOOD = "print('{\"success\": true, \"output\": {\"seen\": true}}')\n";

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Way.class)
    void aRuntimeStartsWorksIsFoundAndLeavesNothingBehind(Way way) throws Exception {
        try (ChildRuntime child = new ChildRuntime(way, folder)) {
            child.script("good.py", GOOD);
            Process process = child.start("start");
            RunningRuntime running = child.awaitRunning(process);
            ChildRuntime.execute(running, """
                    INSERT INTO task_types (task_type_name, work_query, script_path, rerun)
                    VALUES ('good', 'SELECT g AS id FROM generate_series(1, 3) g', 'good.py', 'once')""");

            await().atMost(ChildRuntime.LIMIT)
                    .until(() -> ChildRuntime.ask(running, "SELECT count(*) FROM tickets WHERE status = 'completed'")
                            .equals("3"));
            assertThat(ChildRuntime.client(running).status().taskTypes())
                    .singleElement()
                    .satisfies(status -> assertThat(status.name()).isEqualTo("good"));
            assertThat(child.exitCode(child.start("start"))).isEqualTo(1);
            assertThat(child.errors()).contains("in use by process " + process.pid());

            process.destroy();

            assertThat(child.exitCode(process)).as(child::errors).isZero();
            assertThat(DataFolder.findRunning(child.data())).isEqualTo(Optional.empty());
            assertThatThrownBy(() -> ChildRuntime.connect(running)).isInstanceOf(SQLException.class);
            DataFolder.open(child.data()).close();
        }
    }

    @Test
    void aRunningJarIsReadAndSteeredThroughJmx() throws Exception {
        try (ChildRuntime child = new ChildRuntime(Way.JAR, folder)) {
            child.script("good.py", GOOD);
            int port = freePort();
            RunningRuntime running = child.awaitRunning(child.start("-Dturing.jmx.port=" + port));
            ChildRuntime.execute(
                    running,
                    "INSERT INTO task_types (task_type_name, work_query, script_path)"
                            + " VALUES ('idle', 'SELECT 1 WHERE false', 'good.py')");
            JMXServiceURL url = new JMXServiceURL("service:jmx:rmi:///jndi/rmi://127.0.0.1:" + port + "/jmxrmi");
            Map<String, Object> login =
                    Map.of(JMXConnector.CREDENTIALS, new String[] {JmxServer.USER, running.token()});
            try (JMXConnector connector = JMXConnectorFactory.connect(url, login)) {
                MBeanServerConnection beans = connector.getMBeanServerConnection();
                await().atMost(ChildRuntime.LIMIT).until(() -> beans.isRegistered(JmxNames.taskType("idle")));
                TaskTypeMXBean idle = JMX.newMXBeanProxy(beans, JmxNames.taskType("idle"), TaskTypeMXBean.class);
                idle.pause();
                await().atMost(ChildRuntime.LIMIT).until(() -> idle.getState().equals("paused"));
                idle.resume();
                await().atMost(ChildRuntime.LIMIT).until(() -> !idle.getState().equals("paused"));
                TuringRuntimeMXBean runtime = JMX.newMXBeanProxy(beans, JmxNames.runtime(), TuringRuntimeMXBean.class);
                assertThat(runtime.getPid()).isEqualTo(running.pid());
                runtime.stop(false);
            }
            await().atMost(ChildRuntime.LIMIT)
                    .until(() -> ProcessHandle.of(running.pid()).isEmpty()
                            || !ProcessHandle.of(running.pid()).get().isAlive());
        }
    }

    @Test
    void runOnceEndsWithExitCodeOneWhenASubjectDied() throws Exception {
        try (ChildRuntime child = new ChildRuntime(Way.JAR, folder)) {
            child.script("bad.py", "raise SystemExit(3)\n");
            Process sql = child.start("sql", """
                    INSERT INTO task_types (task_type_name, work_query, script_path, max_attempts)
                    VALUES ('bad', 'SELECT 7 AS id', 'bad.py', 1)""");
            assertThat(child.exitCode(sql)).as(child::errors).isZero();

            Process once = child.start("start", "--run-once", "--json");

            assertThat(child.exitCode(once)).as(child::errors).isEqualTo(1);
            JsonNode summary = new JsonMapper().readTree(child.out(1));
            assertThat(summary.get("dead").asInt()).isEqualTo(1);
            assertThat(child.exitCode(child.start("tickets", "--failed"))).isZero();
            assertThat(child.out(2)).contains("bad", "dead, attempt 1", "exit code 3");
        }
    }

    @Test
    void aSecondSignalEndsAScriptThatHangs() throws Exception {
        try (ChildRuntime child = new ChildRuntime(Way.JAR, folder)) {
            child.script("hang.py", "import time\nwhile True:\n    time.sleep(60)\n");
            Process process = child.start("-Dturing.work.drain-timeout=1h");
            RunningRuntime running = child.awaitRunning(process);
            ChildRuntime.execute(
                    running,
                    "INSERT INTO task_types (task_type_name, work_query, script_path)"
                            + " VALUES ('hang', 'SELECT 7 AS id', 'hang.py')");
            await().atMost(ChildRuntime.LIMIT)
                    .until(() -> ChildRuntime.client(running).status().taskTypes().stream()
                            .anyMatch(status -> status.running() > 0));

            process.destroy();
            await().atMost(ChildRuntime.LIMIT)
                    .until(() -> ChildRuntime.client(running).status().state().equals("draining"));
            process.destroy();

            assertThat(child.exitCode(process)).as(child::errors).isZero();
        }
    }

    @Test
    void aSubjectIsRunByHandWithoutARuntime() throws Exception {
        try (ChildRuntime child = new ChildRuntime(Way.JAR, folder)) {
            child.script("good.py", GOOD);
            Process sql = child.start("sql", """
                    INSERT INTO task_types (task_type_name, work_query, script_path)
                    VALUES ('good', 'SELECT 7 AS id', 'good.py')""");
            assertThat(child.exitCode(sql)).as(child::errors).isZero();

            assertThat(child.exitCode(child.start("run", "good", "7")))
                    .as(child::errors)
                    .isZero();

            assertThat(child.out(1)).contains("completed", "\"seen\"");
        }
    }

    @Test
    void theJarIsWholeAndSaysWhatItIs() throws Exception {
        try (JarFile jar = new JarFile(System.getProperty("turing.test.jar"))) {
            assertThat(jar.getManifest().getMainAttributes().getValue("Implementation-Version"))
                    .isNotBlank();
            assertThat(jar.getManifest().getMainAttributes().getValue("Add-Opens"))
                    .contains("java.base/jdk.internal.misc");
            assertThat(jar.isMultiRelease()).isTrue();
            assertThat(jar.stream().map(entry -> entry.getName()))
                    .contains(
                            "META-INF/LICENSE",
                            "db/migration/V1__registry_and_ledger.sql",
                            "examples/owl/owl.sql",
                            "org/turing/runtime/scripts/turing_supervisor.py")
                    .noneMatch(
                            name -> name.endsWith("module-info.class") || name.matches("META-INF/[^/]*\\.(SF|RSA|DSA)"))
                    .doesNotHaveDuplicates();
            String reference = new String(
                    jar.getInputStream(jar.getEntry("reference.conf")).readAllBytes(), StandardCharsets.UTF_8);
            assertThat(reference).contains("turing.dispatchers", "TURING_DB_URL", "TURING_HTTP_PORT", "pekko {");
        }
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
