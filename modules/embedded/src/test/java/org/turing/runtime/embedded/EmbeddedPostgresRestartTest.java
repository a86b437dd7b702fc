package org.turing.runtime.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the next start finds after everything that can end a server, a runtime or a start. */
class EmbeddedPostgresRestartTest {

    private static final EmbeddedPostgres.Options DEFAULTS = EmbeddedPostgres.Options.defaults();

    /** A folder with a database, to begin with a copy of it where initialisation is not what matters. */
    @TempDir
    static Path initialised;

    @TempDir
    Path temporary;

    private Path folder;

    @BeforeAll
    static void initialise() {
        EmbeddedPostgres.start(initialised, DEFAULTS).close();
    }

    @BeforeEach
    void copy() throws Exception {
        folder = temporary.resolve("data of mine");
        Process copy = new ProcessBuilder("cp", "-a", initialised.toString(), folder.toString()).start();
        assertThat(copy.waitFor()).isZero();
    }

    @AfterEach
    void leaveNothingRunning() throws Exception {
        assertThat(ServerProcesses.on(data())).as("left running").isEmpty();
    }

    @Test
    void a_closed_server_is_gone_and_the_next_one_has_its_rows_its_password_and_its_port() throws Exception {
        int port;
        String password;
        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder, DEFAULTS)) {
            port = server.port();
            password = server.password();
            run(server, "CREATE TABLE kept (id int)");
            run(server, "INSERT INTO kept VALUES (42)");
        }
        assertThat(ServerProcesses.on(data())).isEmpty();

        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder, DEFAULTS)) {
            assertThat(server.adopted()).isFalse();
            assertThat(server.port()).isEqualTo(port);
            assertThat(server.password()).isEqualTo(password);
            assertThat(ask(server, "SELECT id FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void a_port_that_was_taken_meanwhile_is_left_to_its_taker() throws Exception {
        int port;
        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder, DEFAULTS)) {
            port = server.port();
        }
        try (ServerSocket taker = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"));
                EmbeddedPostgres server = EmbeddedPostgres.start(folder, DEFAULTS)) {
            assertThat(server.port()).isNotEqualTo(taker.getLocalPort());
            assertThat(ask(server, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void the_server_of_a_killed_runtime_is_taken_over_with_everything_that_was_committed() throws Exception {
        try (Child child = Child.start("start", folder)) {
            String uri = child.said();
            long postmaster = postmaster();
            assertThatThrownBy(() -> EmbeddedPostgres.start(folder, DEFAULTS))
                    .isInstanceOf(DataFolderInUse.class)
                    .hasMessageContaining(Long.toString(child.pid()));
            child.kill();

            try (EmbeddedPostgres server = EmbeddedPostgres.start(folder, DEFAULTS)) {
                assertThat(server.adopted()).isTrue();
                assertThat(server.uri()).isEqualTo(uri);
                assertThat(postmaster()).isEqualTo(postmaster);
                assertThat(ask(server, "SHOW synchronous_commit")).isEqualTo("on");
            }
        }
    }

    @Test
    void the_server_of_a_killed_runtime_is_ended_if_other_settings_are_wanted() throws Exception {
        try (Child child = Child.start("start", folder)) {
            child.said();
            long postmaster = postmaster();
            child.kill();

            try (EmbeddedPostgres server = EmbeddedPostgres.start(folder, with("work_mem", "9MB"))) {
                assertThat(server.adopted()).isFalse();
                assertThat(postmaster()).isNotEqualTo(postmaster);
                assertThat(ask(server, "SHOW work_mem")).isEqualTo("9MB");
            }
        }
    }

    @Test
    void a_left_server_that_does_not_answer_is_ended() throws Exception {
        try (Child child = Child.start("start", folder)) {
            child.said();
            long postmaster = postmaster();
            child.kill();
            signal("STOP", postmaster);

            try (EmbeddedPostgres server = EmbeddedPostgres.start(folder, DEFAULTS)) {
                assertThat(server.adopted()).isFalse();
                assertThat(ask(server, "SELECT 1")).isEqualTo("1");
            }
        }
    }

    @Test
    void root_where_user_namespaces_are_forbidden_has_a_server_of_nobody() throws Exception {
        assumeTrue(PrivateFiles.currentUser().id() == 0, "not root");
        Path programs = Files.createDirectory(temporary.resolve("programs"));
        Path unshare = Files.writeString(programs.resolve("unshare"), "#!/bin/sh\nexit 1\n");
        Files.setPosixFilePermissions(unshare, PosixFilePermissions.fromString("rwxr-xr-x"));
        folder = temporary.resolve("of nobody");
        Map<String, String> forbidden = Map.of("PATH", programs + ":" + System.getenv("PATH"));
        try (Child child = Child.start("start", folder, forbidden)) {
            assertThat(child.said()).startsWith("postgresql://");
            assertThat(Files.getAttribute(data(), "unix:uid")).isEqualTo(65534);
            child.kill();

            try (EmbeddedPostgres server = EmbeddedPostgres.start(folder, DEFAULTS)) {
                assertThat(server.adopted()).isTrue();
            }
        }
        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder, DEFAULTS)) {
            assertThat(ask(server, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void a_runtime_killed_at_any_moment_of_its_first_start_does_no_harm_to_the_next() throws Exception {
        for (String reached : List.of("postgres.password", "postgres.new-", "postgres.log", "postgres.port")) {
            Path own = temporary.resolve("killed at " + reached);
            try (Child child = Child.start("start", own)) {
                awaitFile(own, reached);
                child.kill();
            }
            try (EmbeddedPostgres server = EmbeddedPostgres.start(own, DEFAULTS)) {
                assertThat(ask(server, "SELECT current_database()")).as(reached).isEqualTo("turing");
            }
            assertThat(ServerProcesses.on(own.resolve("postgres"))).as(reached).isEmpty();
            assertThat(names(own)).as(reached).noneMatch(name -> name.startsWith("postgres.new-"));
        }
    }

    @Test
    void a_committed_row_survives_the_sudden_end_of_the_server() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder, DEFAULTS)) {
            run(server, "CREATE TABLE kept (id int)");
            run(server, "INSERT INTO kept VALUES (1)");
            // The immediate mode: no checkpoint, nothing is written out.
            signal("QUIT", postmaster());
            awaitEnd();
        }
        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder, DEFAULTS)) {
            assertThat(ask(server, "SELECT count(*) FROM kept")).isEqualTo("1");
            run(server, "INSERT INTO kept VALUES (2)");
            signal("KILL", postmaster());
            // Not awaited: backends may still be there when the next start begins.
        }
        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder, DEFAULTS)) {
            assertThat(ask(server, "SELECT count(*) FROM kept")).isEqualTo("2");
        }
    }

    @Test
    void a_server_that_ended_by_itself_is_revived_on_its_port() throws Exception {
        EmbeddedPostgres server = EmbeddedPostgres.start(folder, DEFAULTS);
        try {
            assertThat(server.revive()).isFalse();
            run(server, "CREATE TABLE kept AS SELECT 7 AS id");
            signal("KILL", postmaster());
            awaitEnd();

            assertThat(server.revive()).isTrue();
            assertThat(ask(server, "SELECT id FROM kept")).isEqualTo("7");
        } finally {
            server.close();
        }
        assertThatThrownBy(server::revive).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_postmaster_file_that_names_a_dead_or_a_foreign_process_is_no_obstacle() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        for (long pid : List.of(dead.pid(), ProcessHandle.current().pid())) {
            Files.writeString(
                    data().resolve("postmaster.pid"),
                    pid + "\n" + data() + "\n1700000000\n5432\n\n127.0.0.1\n  1234567  98765\nready   \n");
            try (EmbeddedPostgres server = EmbeddedPostgres.start(folder, DEFAULTS)) {
                assertThat(server.adopted()).isFalse();
                assertThat(ask(server, "SELECT 1")).isEqualTo("1");
            }
        }
    }

    @Test
    void a_folder_of_another_major_version_is_left_alone() throws Exception {
        Files.writeString(data().resolve("PG_VERSION"), "17\n");
        List<String> before = names(data());

        assertThatThrownBy(() -> EmbeddedPostgres.start(folder, DEFAULTS))
                .isInstanceOf(EmbeddedPostgresFailure.class)
                .hasMessageContaining(data().toString())
                .hasMessageContaining("PostgreSQL 17")
                .hasMessageContaining("PostgreSQL 18")
                .hasMessageContaining("pg_dump");
        assertThat(names(data())).isEqualTo(before);
    }

    @Test
    void a_server_that_does_not_start_shows_the_end_of_its_log_and_gives_the_folder_free() throws Exception {
        assertThatThrownBy(() -> EmbeddedPostgres.start(folder, with("no_such_setting", "it's")))
                .isInstanceOf(EmbeddedPostgresFailure.class)
                .hasMessageContaining(folder.resolve("postgres.log").toString())
                .hasMessageContaining("unrecognized configuration parameter \"no_such_setting\"");

        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder, with("cluster_name", "it's \\ mine"))) {
            assertThat(ask(server, "SHOW cluster_name")).isEqualTo("it's \\ mine");
        }
    }

    @Test
    void a_lost_password_is_named_and_so_is_a_wrong_one() throws Exception {
        Path password = folder.resolve("postgres.password");
        Files.writeString(password, "wrong\n");

        assertThatThrownBy(() -> EmbeddedPostgres.start(folder, DEFAULTS))
                .isInstanceOf(EmbeddedPostgresFailure.class)
                .hasMessageContaining("user 'turing'")
                .hasMessageContaining("postgres.password");

        Files.delete(password);
        assertThatThrownBy(() -> EmbeddedPostgres.start(folder, DEFAULTS))
                .isInstanceOf(EmbeddedPostgresFailure.class)
                .hasMessageContaining(password.toString());
    }

    private static EmbeddedPostgres.Options with(String setting, String value) {
        return DEFAULTS.withSettings(Map.of(setting, value));
    }

    private Path data() {
        return folder.resolve("postgres");
    }

    private long postmaster() throws Exception {
        return PostmasterFile.read(data()).orElseThrow().pid();
    }

    private static void signal(String name, long pid) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
        assertThat(kill.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(kill.exitValue()).isZero();
    }

    private void awaitEnd() {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> ServerProcesses.on(data()).isEmpty());
    }

    private static void awaitFile(Path folder, String prefix) {
        await().atMost(Duration.ofSeconds(60))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> Files.exists(folder) && names(folder).stream().anyMatch(name -> name.startsWith(prefix)));
    }

    private static List<String> names(Path folder) throws Exception {
        try (Stream<Path> children = Files.list(folder)) {
            return children.map(child -> child.getFileName().toString()).toList();
        }
    }

    private static void run(EmbeddedPostgres server, String command) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    private static String ask(EmbeddedPostgres server, String query) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static Connection connect(EmbeddedPostgres server) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
    }
}
