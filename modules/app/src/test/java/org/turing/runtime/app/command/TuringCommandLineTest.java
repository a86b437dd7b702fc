package org.turing.runtime.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TuringCommandLineTest {

    @TempDir
    Path home;

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        -                                   | start
        --run-once                          | start --run-once
        --pipeline status                   | start --pipeline status
        --config a.conf                     | --config a.conf start
        --config=a.conf --data d --run-once | --config=a.conf --data d start --run-once
        -Dturing.http.port=0                | -Dturing.http.port=0 start
        --json status                       | --json status
        --data d sql -f x.sql               | --data d sql -f x.sql
        --help                              | --help
        --debug --version                   | --debug --version
        nonsense                            | nonsense
        """)
    void withoutACommandTheRuntimeIsStarted(String given, String meant) {
        String[] arguments = given == null ? new String[0] : given.split(" ");

        assertThat(TuringCommandLine.withDefaultCommand(arguments)).containsExactly(meant.split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "status --nonsense",
                "start --limit 0",
                "start --until-end-of nobody",
                "demo --nodes 0",
                "demo --nodes 9",
                "demo --nodes 2 --kill",
                "demo --kill",
                "demo --terms 10",
                "demo --nodes 2 --terms 4145",
                "start --limit many",
                "run clara_a",
                "cancel seven",
                "drain",
                "drain a b",
                "sql",
                "sql -f a.sql statement",
                "db",
                "pause clara_a --model gemma2",
                "retry",
                "retry 7 --all",
                "retry --all --subject 1",
                "retry --task-type a --state lost",
                "retry --since yesterday",
                "retry 7 --since 2h",
                "retry --dry-run",
                "retry --state dead --finished-once",
                "trace",
                "tickets --status lost",
                "tickets --limit 0",
                "watch --remove"
            })
    void whatIsMisusedIsToldInALineOrTwoWithExitCodeTwo(String line) {
        Shell.Result result = new Shell(home).run(line.split(" "));

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("turing: ");
        assertThat(result.err().lines()).hasSizeLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "start --run-once",
                "start --limit 1",
                "start --pipeline a",
                "start --task_type a",
                "start --subjects 1",
                "run a 1"
            })
    void whatIsForARuntimeByItselfIsRefusedToANodeOfACluster(String line) {
        Shell shell = new Shell(home)
                .with("-Dturing.db.url=postgresql://127.0.0.1:1/work", "-Dturing.cluster.seeds=127.0.0.1:7627");

        Shell.Result result = shell.run(line.split(" "));

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).startsWith("turing: ").contains("cluster").contains(". Fix: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "status", "stop", "check", "init", "tickets", "db url", "demo", "run a 1"})
    void settingsThatCantBeUsedAreToldWithExitCodeTwo(String line) throws IOException {
        Path file = Files.writeString(home.resolve("own.conf"), "turing.http.port = seventy\nturing.db.uri = x");
        Shell shell = new Shell(home).with("--config", file.toString());

        Shell.Result result = shell.run(line.split(" "));

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err())
                .isEqualTo("turing: turing.db.uri (" + file
                        + ":2): there is no such setting. Did you mean turing.db.url?\n");
    }

    @Test
    void aSettingOfTheCommandLineIsReadWhereverItStands() {
        Shell shell = new Shell(home);

        assertThat(shell.run("-Dturing.log.level=loud", "status").err()).contains("(command line)");
        assertThat(shell.run("status", "-D", "turing.log.level=loud").err()).contains("(command line)");
        assertThat(shell.run("-Dturing.log.level=loud", "status", "-Dturing.http.port=none", "-Dturing.jmx.port=none")
                        .err()
                        .lines())
                .hasSize(3)
                .allMatch(line -> line.contains("(command line)"));
        assertThat(shell.run("-Dturing.log.level=loud", "status", "-Dturing.log.level=info")
                        .exitCode())
                .as("the later one counts")
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://ada:a%40hunter2@127.0.0.1:1/work",
                "postgresql://ada:a@hunter2@127.0.0.1:1/work",
                "postgresql://ada:a/hunter2@127.0.0.1:1/work",
                "postgresql://ada:a?hunter2@127.0.0.1:1/work",
                "postgresql://ada:a?b=hunter2@127.0.0.1:1/work",
                "postgresql://ada:%zzhunter2@127.0.0.1:1/work",
                "postgresql://ada:hunter2@127.0.0.1:port/work",
                "postgresql://ada:hunter2/127.0.0.1/work",
                "jdbc:postgresql://ada:hunter2@127.0.0.1:1/work",
                "jdbc:postgresql://127.0.0.1:port/work?user=ada&password=hunter2",
                "jdbc:postgresql://127.0.0.1:1/work?user=ada&password=hunter2",
                "jdbc:postgresql://127.0.0.1:1/work?user=ada&password=%zzhunter2",
                "mysql://ada:hunter2@127.0.0.1/work",
                "ada:hunter2@127.0.0.1/work",
                "host=127.0.0.1 user=ada password=hunter2"
            })
    void anAddressThatCannotBeUsedIsToldWithoutItsPassword(String url) {
        Shell.Result result = new Shell(home).run("sql", "SELECT 1", "--debug", "-Dturing.db.url=" + url);

        assertThat(result.exitCode()).isNotZero();
        assertThat(result.err()).startsWith("turing: ").doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "stop", "pause", "resume", "cancel 7", "stop --all", "drain gpu-2"})
    void withoutARuntimeItsCommandsFailAndSayWhatToDo(String line) {
        Shell.Result result = new Shell(home).run(line.split(" "));

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .isEqualTo(
                        "turing: no runtime runs on data folder " + home.resolve(".turing-runtime")
                                + ". Fix: start one with 'turing start', or name the folder of the one that runs with --data\n");
    }

    @Test
    void stackTracesAreForThoseWhoAsk() {
        assertThat(new Shell(home).run("status").err()).doesNotContain("\tat ");
        assertThat(new Shell(home).run("status", "--debug").err()).contains("\tat org.turing.runtime");
    }

    @Test
    void aMisspeltCommandBringsTheNearestOnes() {
        assertThat(new Shell(home).run("stat").err()).contains("status");
    }

    @Test
    void theVersionIsOneLine() {
        Shell.Result result = new Shell(home).run("--version");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).startsWith("turing-runtime ").hasLineCount(1);
    }
}
