package org.turing.runtime.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One running server, looked at from outside. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmbeddedPostgresTest {

    private EmbeddedPostgres server;
    private Path folder;

    @BeforeAll
    void start(@TempDir Path temporary) {
        folder = temporary.resolve("data");
        server = EmbeddedPostgres.start(
                folder,
                EmbeddedPostgres.Options.defaults()
                        .withSettings(Map.of("search_path", "\"$user\", public, turing", "work_mem", "7MB")));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fsync | on",
                "synchronous_commit | on",
                "full_page_writes | on",
                "listen_addresses | 127.0.0.1",
                "unix_socket_directories | ''",
                "server_encoding | UTF8",
                "password_encryption | scram-sha-256",
            })
    void serves_durably_and_on_loopback_only(String setting, String value) throws SQLException {
        assertThat(ask("SHOW " + setting)).isEqualTo(value);
    }

    @Test
    void is_the_release_that_the_runtime_was_built_with() throws SQLException {
        assertThat(PostgresBinaries.builtWith()).isEqualTo(ask("SHOW server_version") + ".0");
    }

    @Test
    void takes_further_settings() throws SQLException {
        assertThat(ask("SHOW work_mem")).isEqualTo("7MB");
        assertThat(ask("SHOW search_path")).isEqualTo("\"$user\", public, turing");
    }

    @Test
    void names_the_database_and_the_user() throws SQLException {
        assertThat(ask("SELECT current_database() || ' ' || current_user")).isEqualTo("turing turing");
        assertThat(server.uri())
                .isEqualTo("postgresql://turing:" + server.password() + "@127.0.0.1:" + server.port() + "/turing");
    }

    @Test
    void knows_upper_and_lower_case_of_other_alphabets_and_sorts_by_code_point() throws SQLException {
        assertThat(ask("SELECT upper('éß') || (SELECT string_agg(c, '' ORDER BY c) FROM unnest('{é,a,Z}'::text[]) c)"))
                .isEqualTo("ÉßZaé");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "wrong"})
    void refuses_a_wrong_password(String password) {
        assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl(), "turing", password)
                        .close())
                .isInstanceOfSatisfying(
                        SQLException.class,
                        failure -> assertThat(failure.getSQLState()).isIn("28P01", "08004"));
    }

    @ParameterizedTest
    @CsvSource({
        "., rwx------",
        "postgres, rwx------",
        "postgres.password, rw-------",
        "postgres.log, rw-------",
        "identity, rw-------"
    })
    void keeps_its_files_to_itself(String file, String mode) throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file))))
                .isEqualTo(mode);
    }

    @Test
    void holds_its_folder_against_a_second_one() {
        assertThatThrownBy(() -> EmbeddedPostgres.start(folder, EmbeddedPostgres.Options.defaults()))
                .isInstanceOf(DataFolderInUse.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
    }

    private String ask(String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
