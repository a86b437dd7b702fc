package org.turing.runtime.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    private static final long ME = ProcessHandle.current().pid();

    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void choose() {
        folder = temporary.resolve("some where/data");
    }

    @Test
    void is_created_for_its_owner_alone() throws Exception {
        try (DataFolder open = DataFolder.open(folder)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(open.path())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void keeps_its_identity() {
        UUID first;
        try (DataFolder open = DataFolder.open(folder)) {
            first = open.identity();
        }
        try (DataFolder again = DataFolder.open(folder);
                DataFolder other = DataFolder.open(temporary.resolve("other"))) {
            assertThat(again.identity()).isEqualTo(first);
            assertThat(other.identity()).isNotEqualTo(first);
        }
    }

    @Test
    void says_so_when_its_identity_is_damaged() throws Exception {
        DataFolder.open(folder).close();
        Files.writeString(folder.resolve("identity"), "me");

        assertThatThrownBy(() -> DataFolder.open(folder))
                .isInstanceOf(DataFolderFailure.class)
                .hasMessageContaining(folder.resolve("identity").toString())
                .hasMessageContaining("'me'");
        assertThat(FolderLock.isHeld(folder)).isFalse();
    }

    @Test
    void refuses_what_is_not_a_folder() throws Exception {
        Path file = Files.writeString(temporary.resolve("file"), "");

        assertThatThrownBy(() -> DataFolder.open(file))
                .isInstanceOf(DataFolderFailure.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("TURING_DATA");
    }

    @Test
    void refuses_a_second_holder_in_this_process_by_any_name() throws Exception {
        try (DataFolder open = DataFolder.open(folder)) {
            Path alias = Files.createSymbolicLink(temporary.resolve("alias"), open.path());

            assertThatThrownBy(() -> DataFolder.open(alias))
                    .isInstanceOfSatisfying(
                            DataFolderInUse.class,
                            refusal -> assertThat(refusal.pid()).hasValue(ME))
                    .hasMessageContaining(open.path().toString())
                    .hasMessageContaining(Long.toString(ME));
        }
    }

    @Test
    void is_still_held_for_other_processes_after_a_refusal_and_a_look_in_this_one() throws Exception {
        try (DataFolder open = DataFolder.open(folder)) {
            open.announce(running(ME));
            assertThatThrownBy(() -> DataFolder.open(folder)).isInstanceOf(DataFolderInUse.class);
            assertThat(DataFolder.findRunning(folder)).isPresent();

            try (Child child = Child.start("look", folder)) {
                assertThat(child.said()).isEqualTo("held " + ME);
            }
        }
        try (Child child = Child.start("look", folder)) {
            assertThat(child.said()).isEqualTo("free 0");
        }
    }

    @Test
    void closing_the_old_use_twice_does_not_take_it_from_the_new_one() {
        DataFolder old = DataFolder.open(folder);
        old.close();
        try (DataFolder current = DataFolder.open(folder)) {
            current.announce(running(ME));
            old.close();

            assertThat(DataFolder.findRunning(folder)).contains(running(ME));
            assertThatThrownBy(() -> DataFolder.open(folder)).isInstanceOf(DataFolderInUse.class);
        }
    }

    @Test
    void is_given_to_exactly_one_of_many_threads() throws Exception {
        int threads = 8;
        CyclicBarrier together = new CyclicBarrier(threads);
        List<CompletableFuture<Optional<DataFolder>>> tries = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            tries.add(CompletableFuture.supplyAsync(
                    () -> tryToOpen(together), task -> new Thread(task, "opens").start()));
        }

        List<DataFolder> winners = new ArrayList<>();
        for (CompletableFuture<Optional<DataFolder>> attempt : tries) {
            attempt.get(60, TimeUnit.SECONDS).ifPresent(winners::add);
        }
        winners.forEach(DataFolder::close);
        assertThat(winners).hasSize(1);
    }

    @Test
    void is_refused_while_another_process_holds_it_and_taken_over_once_that_is_killed() throws Exception {
        try (Child child = Child.start("hold", folder)) {
            String identity = child.said();
            assertThatThrownBy(() -> DataFolder.open(folder))
                    .isInstanceOfSatisfying(
                            DataFolderInUse.class,
                            refusal -> assertThat(refusal.pid()).hasValue(child.pid()))
                    .hasMessageContaining(folder.toRealPath().toString())
                    .hasMessageContaining("process " + child.pid())
                    .hasMessageContaining("turing stop");
            assertThat(DataFolder.findRunning(folder)).contains(running(child.pid()));

            child.kill();

            assertThat(DataFolder.findRunning(folder)).isEmpty();
            assertThat(folder.resolve("runtime.json"))
                    .as("a look deletes nothing")
                    .exists();
            try (DataFolder taken = DataFolder.open(folder)) {
                assertThat(taken.identity()).hasToString(identity);
                assertThat(folder.resolve("runtime.json")).doesNotExist();
            }
        }
    }

    @Test
    void is_taken_over_from_a_dead_holder_whose_pid_lives_on_in_another_process() throws Exception {
        DataFolder.open(folder).close();
        Files.writeString(folder.resolve("lock"), ME + "\n");
        Files.writeString(
                folder.resolve("runtime.json"),
                "{\"pid\":" + ME + ",\"host\":\"127.0.0.1\",\"httpPort\":1,\"token\":\"t\",\"later\":true}");

        assertThat(DataFolder.findRunning(folder)).isEmpty();
        try (DataFolder taken = DataFolder.open(folder)) {
            assertThat(taken.path()).isEqualTo(folder.toRealPath());
        }
    }

    @Test
    void tells_where_its_runtime_is_to_its_owner_alone() throws Exception {
        assertThat(DataFolder.findRunning(folder)).isEmpty();
        try (DataFolder open = DataFolder.open(folder)) {
            assertThat(DataFolder.findRunning(folder)).isEmpty();
            open.announce(running(ME));
            RunningRuntime moved = new RunningRuntime(ME, "localhost", 2, "t", "postgresql://u:p@127.0.0.1:1/d");
            open.announce(moved);

            assertThat(DataFolder.findRunning(folder)).contains(moved);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("runtime.json"))))
                    .isEqualTo("rw-------");
        }
        assertThat(DataFolder.findRunning(folder)).isEmpty();
    }

    @Test
    void says_so_when_what_tells_where_the_runtime_is_makes_no_sense() throws Exception {
        DataFolder.open(folder).close();
        Files.writeString(folder.resolve("runtime.json"), "{");

        assertThatThrownBy(() -> DataFolder.findRunning(folder))
                .isInstanceOf(DataFolderFailure.class)
                .hasMessageContaining(folder.resolve("runtime.json").toString());
    }

    private Optional<DataFolder> tryToOpen(CyclicBarrier together) {
        try {
            together.await(60, TimeUnit.SECONDS);
            return Optional.of(DataFolder.open(folder));
        } catch (DataFolderInUse refused) {
            return Optional.empty();
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private static RunningRuntime running(long pid) {
        return new RunningRuntime(pid, "127.0.0.1", 7626, "secret", null);
    }
}
