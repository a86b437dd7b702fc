package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.actors.RunSummary;
import org.turing.runtime.app.program.Assignment;
import org.turing.runtime.app.program.RuntimeProgram;

/** What a runtime can't start on, and a gate that lets nobody through. */
class BadSurroundingsTest {

    @RegisterExtension
    final WholeSystem system = new WholeSystem();

    /** The start is refused, and once the cause is gone the same data folder serves. */
    private void assertRefusedAndThenWorks(Map<String, String> bad, String... said) throws Exception {
        system.registerGood("good", 3);

        Throwable refusal = catchThrowable(() -> system.start(system.settings("data", bad), Assignment.EVERYTHING));

        assertThat(refusal).isNotNull();
        assertThat(refusal.getMessage()).contains(said);
        assertThat(system.runOnce().completed()).isEqualTo(3);
    }

    @Test
    void aDatabaseThatDoesNotExistOnTheServerIsNamed() throws Exception {
        assertRefusedAndThenWorks(
                Map.of("turing.db.url", system.server().uri("nobodys_work")),
                "database \"nobodys_work\" does not exist",
                "Fix: create it (CREATE DATABASE …) or correct TURING_DB_URL");
    }

    @Test
    void aServerOfAnOldVersionIsToldByItsNumber() throws Exception {
        try (OldPostgres old = OldPostgres.ofVersion("13.22")) {
            assertRefusedAndThenWorks(
                    Map.of("turing.db.url", "postgresql://owl@127.0.0.1:" + old.port() + "/work"),
                    "database postgresql://127.0.0.1:" + old.port() + "/work: the server is PostgreSQL 13.22, and 14 or"
                            + " newer is needed",
                    "Fix: upgrade it, point TURING_DB_URL to a newer one");
        }
    }

    @Test
    void aRoleWithoutRightsIsToldWhichGrantItNeeds() throws Exception {
        system.server().execute("CREATE ROLE guest_of_" + system.database() + " LOGIN PASSWORD 'owl'");
        String guest = "guest_of_" + system.database();
        try {
            assertRefusedAndThenWorks(
                    Map.of("turing.db.url", system.server().uri(system.database(), guest, "owl")),
                    "user '" + guest + "' may not create tables in schema 'turing'",
                    "Fix: let its owner run GRANT USAGE, CREATE ON SCHEMA \"turing\" TO \"" + guest + "\"");
        } finally {
            system.server().execute("DROP ROLE " + guest);
        }
    }

    @Test
    void aWrongPasswordIsToldWhereToSetIt() throws Exception {
        system.server().execute("CREATE ROLE knocking_at_" + system.database() + " LOGIN PASSWORD 'owl'");
        String guest = "knocking_at_" + system.database();
        try {
            assertRefusedAndThenWorks(
                    Map.of("turing.db.url", system.server().uri(system.database(), guest, "lwo")),
                    "password authentication failed for user \"" + guest + "\"",
                    "Fix: set TURING_DB_USER and TURING_DB_PASSWORD");
        } finally {
            system.server().execute("DROP ROLE " + guest);
        }
    }

    @Test
    void aPortThatIsTakenIsNamedWithTheNextStep() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertRefusedAndThenWorks(
                    Map.of("turing.http.port", Integer.toString(taken.getLocalPort())),
                    "the HTTP API can't start: port " + taken.getLocalPort() + " on 127.0.0.1 is taken",
                    "Fix: end that one, or set turing.http.port (TURING_HTTP_PORT) to a free port");
        }
    }

    @Test
    void aScriptsFolderThatIsMissingIsNamed() throws Exception {
        assertRefusedAndThenWorks(
                Map.of("turing.scripts.folder", system.home().resolve("nowhere").toString()),
                "scripts folder " + system.home().resolve("nowhere") + " does not exist",
                "Fix: create it, or name another in turing.scripts.folder or TURING_SCRIPTS");
    }

    @Test
    void aSecondRuntimeOnADataFolderIsRefusedWithThePidOfTheFirst() throws Exception {
        system.registerGood("good", 3);
        Child first = system.child("start");
        first.awaitPrinted("runs on");

        Throwable refusal = catchThrowable(() -> system.start());

        assertThat(refusal.getMessage())
                .contains(system.settings().data().toString())
                .contains("is in use by process " + first.process().pid())
                .contains("Next: end that runtime (turing stop, or kill "
                        + first.process().pid() + ")");
        Child second = system.child("start");
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.printed())
                .contains("is in use by process " + first.process().pid());
        WholeSystem.await("the first one's work").until(() -> system.done("good") == 3);
    }

    @Test
    void aModelWithoutSlotsBlocksItsTaskTypesSaysSoAndGoesOnWhenItGetsOne() throws Exception {
        system.registerGood("good", 3);
        system.makeTable("owl", 3);
        system.registerMoving("clara_a", "owl", "good.py", "requires_model", "gemma2");
        system.execute("INSERT INTO turing.models (model_name, slots) VALUES ('gemma2', 0)");
        String fix = "UPDATE models SET slots = 1 WHERE model_name = 'gemma2'";

        assertThat(system.check("clara_a"))
                .contains("WRONG model 'gemma2' has no slots")
                .contains(fix);
        RunSummary summary = system.runOnce();

        assertThat(summary.completed()).isEqualTo(3);
        assertThat(summary.clean()).isFalse();
        assertThat(summary.blocked())
                .singleElement()
                .asString()
                .contains("task type 'clara_a' waits: model 'gemma2' has slots = 0")
                .contains(fix);
        RuntimeProgram program = system.start();
        WholeSystem.await("the block in status")
                .untilAsserted(() -> assertThat(WholeSystem.statusText(program))
                        .contains("clara_a is blocked: model 'gemma2' has slots = 0")
                        .contains(fix));
        system.execute("UPDATE turing.models SET slots = 1 WHERE model_name = 'gemma2'");
        WholeSystem.await("clara_a's work").until(() -> system.done("owl") == 3);
    }

    @Test
    void aDisabledTaskTypeThatCouldNotRunIsToldOfAndFailsNoCheck() throws Exception {
        system.register("off", "work_query", "SELECT nothing", "script_path", "nowhere.py", "enabled", "false");

        assertThat(system.check("off")).contains("WARNING disabled; script 'nowhere.py' is missing");
        assertThat(system.turing("check").exitCode()).isZero();
    }

    @Test
    void aTaskTypeThatNeedsAPsycopg2ThatPythonHasNotFailsTheCheck() throws Exception {
        Path python = Files.writeString(
                system.home().resolve("python-without-psycopg2"),
                "#!/bin/sh\nexec " + system.settings().scripts().python() + " -S -s \"$@\"\n");
        assertThat(python.toFile().setExecutable(true)).isTrue();
        system.with("turing.scripts.python", python.toString());
        system.script("imports.py", "import psycopg2\nclass A:\n    def process(self):\n        return {}\n");
        system.register("imports", "work_query", "SELECT 1 AS id", "script_path", "imports.py");

        assertThat(system.check("imports")).contains("WRONG its script imports psycopg2, which Python has not");
        assertThat(system.turing("check").exitCode()).isEqualTo(1);
    }

    @Test
    void aRefusedStartLeavesNothingBehindInTheDataFolder() throws Exception {
        Throwable refusal = catchThrowable(() -> system.start(
                system.settings("data", Map.of("turing.db.url", system.server().uri("nobodys_work"))),
                Assignment.EVERYTHING));

        assertThat(refusal).isNotNull();
        try (var files = Files.list(system.settings().data())) {
            assertThat(files.map(file -> file.getFileName().toString())).isSubsetOf(List.of("lock", "identity", "run"));
        }
    }
}
