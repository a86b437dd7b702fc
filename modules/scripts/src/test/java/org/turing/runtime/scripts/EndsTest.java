package org.turing.runtime.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.ports.ScriptHost;

/** When a run is over nothing of it is left, however its script tries to stay. */
class EndsTest extends StagedTest {

    @Test
    void aScriptThatOutlivesItsTimeoutIsEndedAndItsLaneIsClearOnceItIsGone() throws Exception {
        Path pid = folder.resolve("pid");
        stage.script("hang.sh", "#!/bin/sh\ntrap '' TERM\necho $$ >" + pid + "\nwhile :; do sleep 1; done\n");
        Claim claim = Stage.claim("1");

        ScriptHost.Result result =
                stage.run(Stage.taskType("hang.sh", ExecutionType.SCRIPT, Duration.ofSeconds(1), null), claim);

        assertThat(Stage.failure(result)).startsWith("timed out after 1.0 s").contains("timeout_seconds");
        assertThat(Processes.alive(Processes.awaitPid(pid))).isFalse();
    }

    @Test
    void aCancelledRunHasTheOutcomeCancelledAndLeavesNothingBehind() throws Exception {
        Path pid = folder.resolve("pid");
        stage.script("hang.sh", "#!/bin/sh\necho $$ >" + pid + "\nexec sleep 600\n");
        Claim claim = Stage.claim("1");
        var started = stage.start(Stage.taskType("hang.sh", ExecutionType.SCRIPT), List.of(claim));
        long leader = Processes.awaitPid(pid);

        started.run().cancel("by a person");

        assertThat(started.result(claim).outcome()).isEqualTo(new Outcome.Cancelled("by a person"));
        assertThat(Processes.alive(leader)).isFalse();
    }

    @Test
    void aChildThatTheScriptLeavesBehindIsEndedOnceTheScriptHasExited() throws Exception {
        Path pid = folder.resolve("pid");

        ScriptHost.Result result = stage.shell("sh -c 'echo $$ >" + pid + "; exec sleep 600' & while [ ! -s " + pid
                + " ]; do sleep 0.05; done; echo '{}'");

        assertThat(result.outcome()).isInstanceOf(Outcome.Succeeded.class);
        assertThat(Processes.alive(Processes.awaitPid(pid))).isFalse();
    }

    @Test
    void aChildThatMadeASessionOfItsOwnIsEndedToo() throws Exception {
        Path pid = folder.resolve("pid");
        stage.script("daemon.py", """
                import os, sys, time
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0:
                        with open(%s, "w") as file: print(os.getpid(), file=file)
                        time.sleep(600)
                    os._exit(0)
                os.wait()
                while not os.path.exists(%s): time.sleep(0.01)
                print("{}")
                """.formatted("'" + pid + "'", "'" + pid + "'"));

        assertThat(stage.run("daemon.py", ExecutionType.SCRIPT).outcome()).isInstanceOf(Outcome.Succeeded.class);
        assertThat(Processes.alive(Processes.awaitPid(pid))).isFalse();
    }

    @Test
    void aDaemonThatHidesItsOriginIsEndedOnceNobodyElseCanHaveStartedIt() throws Exception {
        Path pid = folder.resolve("pid");

        stage.shell("env -i setsid sh -c 'echo $$ >" + pid + "; exec sleep 600' & while [ ! -s " + pid
                + " ]; do sleep 0.05; done; echo '{}'");

        assertThat(Processes.alive(Processes.awaitPid(pid))).isFalse();
    }

    @Test
    void childrenInSessionsOfTheirOwnThatIgnoreSigtermEndWithARunThatTimesOut() throws Exception {
        Path pid = folder.resolve("pid");
        stage.script(
                "hang.sh",
                "#!/bin/sh\ntrap '' TERM\nsetsid sh -c 'trap \"\" TERM; echo $$ >" + pid
                        + "; while :; do sleep 1; done' &\nwhile :; do sleep 1; done\n");
        Claim claim = Stage.claim("1");

        ScriptHost.Result result =
                stage.run(Stage.taskType("hang.sh", ExecutionType.SCRIPT, Duration.ofSeconds(5), null), claim);

        assertThat(result.outcome()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(Processes.alive(Processes.awaitPid(pid))).isFalse();
    }

    @Test
    void childrenOfARuntimeThatFallsSilentAreGoneBeforeItsLeaseLapsesHoweverShortThatIs() {
        for (long lease : new long[] {2_000, 3_000, 20_000, 3_600_000}) {
            Duration renewEvery = Duration.ofMillis(lease / 2);
            ScriptSettings.Times times = ScriptSettings.Times.within(Duration.ofMillis(lease), renewEvery);

            assertThat(times.heartbeatLimit().plus(times.silenceGrace()))
                    .isLessThan(Duration.ofMillis(lease).minus(renewEvery));
        }
    }

    @Test
    void runsThatAreEndedSinceTheLeaseIsNotRenewedAreGoneBeforeItLapsesHoweverShortThatIs() {
        for (long lease : new long[] {2_000, 3_000, 20_000, 3_600_000}) {
            Duration endedAfter = Duration.ofMillis(lease).multipliedBy(3).dividedBy(4);
            ScriptSettings.Times times =
                    ScriptSettings.Times.within(Duration.ofMillis(lease), Duration.ofMillis(lease / 4));

            assertThat(endedAfter.plus(times.grace())).isLessThan(Duration.ofMillis(lease));
        }
    }

    @Test
    void aRunThatComesAfterClosingIsCancelled() throws Exception {
        stage.script("run.sh", "#!/bin/sh\necho '{}'\n");
        stage.close();

        assertThat(stage.run("run.sh", ExecutionType.SCRIPT).outcome()).isInstanceOf(Outcome.Cancelled.class);
    }

    @Test
    void closingEndsWhatRunsAndRemovesTheFolder() throws Exception {
        Path pid = folder.resolve("pid");
        stage.script("hang.sh", "#!/bin/sh\ntrap '' TERM\necho $$ >" + pid + "\nwhile :; do sleep 1; done\n");
        Claim claim = Stage.claim("1");
        var started = stage.start(Stage.taskType("hang.sh", ExecutionType.SCRIPT), List.of(claim));
        long leader = Processes.awaitPid(pid);
        long supervisor = stage.host.supervisorPid();

        stage.close();

        assertThat(started.result(claim).outcome()).isEqualTo(new Outcome.Cancelled("the runtime is stopping"));
        assertThat(Processes.alive(leader)).isFalse();
        assertThat(Processes.alive(supervisor)).isFalse();
        try (var left = Files.list(folder.resolve("work"))) {
            assertThat(left).isEmpty();
        }
    }
}
