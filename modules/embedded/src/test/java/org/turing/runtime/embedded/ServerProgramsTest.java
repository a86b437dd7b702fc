package org.turing.runtime.embedded;

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

    @BeforeEach
    void standIns() throws Exception {
        binaries = new PostgresBinaries(temporary, "18.6.0");
        Files.createDirectory(temporary.resolve("bin"));
        program("postgres", "exit 0");
    }

    @Test
    void root_without_user_namespaces_is_told_what_to_do() throws Exception {
        Path prefix = program("unshare", "echo 'unshare failed: Operation not permitted'; exit 1");

        assertThatThrownBy(() -> ServerPrograms.forRoot(binaries, temporary, List.of(prefix.toString())))
                .isInstanceOf(EmbeddedPostgresFailure.class)
                .hasMessageContaining("does not run as root")
                .hasMessageContaining("Operation not permitted")
                .hasMessageContaining("ordinary user")
                .hasMessageContaining("TURING_DB_URL");
    }

    @Test
    void root_without_the_program_unshare_is_told_what_to_do() {
        String missing = temporary.resolve("missing").toString();

        assertThatThrownBy(() -> ServerPrograms.forRoot(binaries, temporary, List.of(missing)))
                .isInstanceOf(EmbeddedPostgresFailure.class)
                .hasMessageContaining("does not run as root")
                .hasMessageContaining("ordinary user")
                .hasMessageContaining("TURING_DB_URL");
    }

    @Test
    void a_folder_that_root_as_an_ordinary_owner_may_not_use_is_named() throws Exception {
        Path prefix = program("unshare", "test \"$1\" != test");

        assertThatThrownBy(() -> ServerPrograms.forRoot(binaries, temporary, List.of(prefix.toString())))
                .isInstanceOf(EmbeddedPostgresFailure.class)
                .hasMessageContaining(temporary.toString())
                .hasMessageContaining("TURING_DATA");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a$HOME", "a`id`", "a\\b"})
    void a_folder_whose_name_a_shell_would_read_is_refused(String name) {
        Path folder = temporary.resolve(name);

        assertThatThrownBy(() -> ServerPrograms.forCurrentUser(binaries, folder))
                .isInstanceOf(EmbeddedPostgresFailure.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("TURING_DATA");
    }

    @Test
    void a_program_that_does_not_end_is_killed() throws Exception {
        program("pg_ctl", "exec sleep 600");
        ServerPrograms programs = ServerPrograms.forCurrentUser(binaries, temporary);

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
