package org.turing.runtime.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said to those whose system can't run PostgreSQL's programs; the programs here are stand-ins. */
class ServerProgramsTest {

    @TempDir
    Path temporary;

    private PostgresBinaries binaries;
    private ServerFolder folder;

    @BeforeEach
    void standIns() throws Exception {
        folder = new ServerFolder(temporary);
        binaries = new PostgresBinaries(temporary, "18.6.0");
        Files.createDirectory(temporary.resolve("bin"));
        program("postgres", "exit 0");
    }

    @Test
    void who_cannot_become_nobody_is_told_why_and_what_to_do() throws Exception {
        String forbidden = program("unshare", "echo 'unshare failed: Operation not permitted'; exit 1")
                .toString();
        String missing = temporary.resolve("missing").toString();

        assertThatThrownBy(
                        () -> ServerPrograms.asNobody(binaries, folder, List.of(List.of(forbidden), List.of(missing))))
                .isInstanceOf(EmbeddedPostgresFailure.class)
                .hasMessageContaining("neither as root")
                .hasMessageContaining(forbidden + ": unshare failed: Operation not permitted")
                .hasMessageContaining(missing + " can't be run")
                .hasMessageContaining("ordinary user")
                .hasMessageContaining("TURING_DB_URL");
    }

    @Test
    void the_second_way_is_taken_where_the_first_is_closed() throws Exception {
        List<String> closed = List.of(program("closed", "exit 1").toString());
        List<String> open =
                List.of(program("open", "echo by the second way; exec \"$@\"").toString());

        ServerPrograms programs = ServerPrograms.asNobody(binaries, folder, List.of(closed, open));

        assertThat(programs.run(Duration.ofMinutes(1), "postgres", List.of()).output())
                .isEqualTo("by the second way\n");
    }

    @Test
    void a_folder_that_may_not_be_written_is_named() throws Exception {
        ServerFolder missing = new ServerFolder(temporary.resolve("missing"));
        List<String> plain = List.of("env");

        assertThatThrownBy(() -> ServerPrograms.asNobody(binaries, missing, List.of(plain)))
                .isInstanceOf(EmbeddedPostgresFailure.class)
                .hasMessageContaining("may not write to " + missing.path())
                .hasMessageContaining("TURING_DATA");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a$HOME", "a`id`", "a\\b"})
    void a_folder_whose_name_a_shell_would_read_is_refused(String name) {
        ServerFolder named = new ServerFolder(temporary.resolve(name));

        assertThatThrownBy(() -> ServerPrograms.forCurrentUser(binaries, named))
                .isInstanceOf(EmbeddedPostgresFailure.class)
                .hasMessageContaining(named.path().toString())
                .hasMessageContaining("TURING_DATA");
    }

    @Test
    void a_program_that_does_not_end_is_killed() throws Exception {
        program("pg_ctl", "exec sleep 600");
        ServerPrograms programs = ServerPrograms.forCurrentUser(binaries, folder);

        assertThatThrownBy(() -> programs.run(Duration.ofMillis(300), "pg_ctl", List.of()))
                .isInstanceOf(EmbeddedPostgresFailure.class)
                .hasMessageContaining("pg_ctl")
                .hasMessageContaining("did not end");
    }

    private Path program(String name, String body) throws Exception {
        Path file = Files.writeString(temporary.resolve("bin").resolve(name), "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
