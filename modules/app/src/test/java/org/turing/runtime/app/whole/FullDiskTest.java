package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.app.program.RuntimeProgram;

/** A disk without any space left, under the database and under the data folder, until somebody makes some. */
class FullDiskTest {

    private static final int MEGABYTES = 64;
    private static final int SUBJECTS = 400;

    @RegisterExtension
    final WholeSystem system = new WholeSystem()
            .with("turing.ledger.renew-every", "500ms")
            .with("turing.work.poll-shortest", Flow.NO_POLL)
            .with("turing.work.poll-longest", Flow.NO_POLL);

    private @Nullable SmallDisk disk;

    private SmallDisk mounted(Path folder) throws Exception {
        SmallDisk mounted = SmallDisk.mountOrSkip(folder, MEGABYTES);
        disk = mounted;
        return mounted;
    }

    @AfterEach
    void unmount() throws Exception {
        if (disk != null) {
            disk.close();
        }
    }

    @Test
    void resultsThatComeInWhileTheDatabasesDiskIsFullAreKeptAndWrittenOnceThereIsSpace() throws Exception {
        Flow flow = Flow.prepare(system);
        SmallDisk small = mounted(system.home().resolve("disk"));
        String space = "space_of_" + system.database();
        system.server().execute("CREATE TABLESPACE " + space + " LOCATION '" + small.folder() + "'");
        system.server().execute("ALTER DATABASE " + system.database() + " SET TABLESPACE " + space);
        try (LogLines log = LogLines.listen()) {
            RuntimeProgram program = system.start();
            flow.hold();
            flow.add(SUBJECTS);
            flow.awaitAllHeld();
            small.fill();
            flow.letGo();

            log.await("outcome(s) wait for the database");
            assertThat(log.has("No space left on device")).isTrue();
            small.empty();

            flow.assertEachWasMovedOnce();
            flow.assertEachRanOnce();
            flow.assertNoAttemptWasUsedUp();
            Flow.awaitRunning(program);
            flow.assertChangesAreHeard();
            flow.assertNothingIsLeftOpen(program);
        } finally {
            system.server().execute("ALTER DATABASE " + system.database() + " SET TABLESPACE pg_default");
            system.server().execute("DROP TABLESPACE " + space);
        }
    }

    @Test
    void aDataFolderThatIsFullHoldsNothingUp() throws Exception {
        Flow flow = Flow.prepare(system);
        SmallDisk small = mounted(system.settings().data());
        RuntimeProgram program = system.start();
        flow.add(SUBJECTS);
        flow.awaitDone(1);
        small.fill();
        system.registerGood("begun_on_a_full_disk", SUBJECTS);
        WholeSystem.await("the new task type")
                .until(() -> WholeSystem.status(program).taskTypes().stream()
                        .anyMatch(known -> known.name().equals("begun_on_a_full_disk")));
        flow.add(SUBJECTS);
        flow.awaitDone(2 * SUBJECTS);
        WholeSystem.await("what began on a full disk")
                .untilAsserted(() -> assertThat(system.done("begun_on_a_full_disk"))
                        .as(WholeSystem.statusText(program))
                        .isEqualTo(SUBJECTS));

        flow.assertEachWasMovedOnce();
        flow.assertNoAttemptWasUsedUp();
        flow.assertNothingIsLeftOpen(program);
    }
}
