package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.turing.runtime.database.DatabaseFault.Reason;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.InboxFault;
import org.turing.runtime.ports.Inboxes.Found;

/** The login for work_queries: how it comes to be, what it may do, and what it may not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReaderGrantsTest {

    private static final AtomicInteger NEXT = new AtomicInteger();

    private TestDatabase test;
    private Login login;

    @BeforeAll
    void migrate() throws Exception {
        test = new TestDatabase();
    }

    @AfterAll
    void close() {
        test.close();
    }

    @BeforeEach
    void begin() throws Exception {
        test.sql("TRUNCATE turing.task_types");
        test.owls(3, "pending");
        login = new Login("reader_" + NEXT.incrementAndGet(), "s3cret'\"");
    }

    private ReaderGrants.Report grant(Database database) throws DatabaseFault {
        return new ReaderGrants(database, login).run();
    }

    private Found look(TaskType taskType) throws Exception {
        try (Database reading = Database.connect(test.settings.withReader(login))) {
            JdbcInboxes inboxes = new JdbcInboxes(reading);
            return inboxes.find(taskType, inboxes.examine(taskType), 10, Set.of());
        }
    }

    @Test
    void itReadsWhatRegisteredTaskTypesNameThroughViewsToo() throws Exception {
        test.sql("CREATE SCHEMA IF NOT EXISTS \"Nest\"");
        test.sql("CREATE OR REPLACE VIEW \"Nest\".\"Night Owls\" AS SELECT owl_id, name FROM owl");
        TaskType plain = test.registerPending("plain", "", "");
        TaskType viewed = test.registerQuery(
                "viewed", "SELECT owl_id, current_user AS \"by\" FROM \"Nest\".\"Night Owls\" LIMIT :batch_size");
        TaskType declared = test.registerDeclared("declared", "pending", "done");

        ReaderGrants.Report report = grant(test.database);

        assertThat(report.created()).isTrue();
        assertThat(report.missing()).isEmpty();
        assertThat(report.faulted()).isEmpty();
        assertThat(report.granted())
                .contains(
                        "GRANT SELECT ON public.owl TO \"" + login.user() + "\";",
                        "GRANT USAGE ON SCHEMA \"Nest\" TO \"" + login.user() + "\";",
                        "GRANT SELECT ON \"Nest\".\"Night Owls\" TO \"" + login.user() + "\";");
        assertThat(look(plain).candidates()).hasSize(3);
        assertThat(look(declared).candidates()).hasSize(3);
        assertThat(look(viewed).candidates())
                .hasSize(3)
                .allSatisfy(found -> assertThat(found.fields()).contains("\"by\":\"" + login.user() + "\""));
    }

    @Test
    void aSecondTimeItGrantsOnlyWhatIsNew() throws Exception {
        test.registerPending("plain", "", "");
        grant(test.database);
        test.sql("DROP TABLE IF EXISTS mouse");
        test.sql("CREATE TABLE mouse (mouse_id int)");
        TaskType later = test.registerQuery("later", "SELECT mouse_id FROM mouse");
        assertThatThrownBy(() -> look(later))
                .isInstanceOf(InboxFault.class)
                .hasMessageContaining("permission denied for table mouse to '" + login.user() + "'")
                .hasMessageContaining("turing init --grant");

        ReaderGrants.Report report = grant(test.database);

        assertThat(report.created()).isFalse();
        assertThat(report.granted()).containsExactly("GRANT SELECT ON public.mouse TO \"" + login.user() + "\";");
        assertThat(look(later).candidates()).isEmpty();
    }

    @Test
    void itMayNeitherWriteNorReadMoreOfTheLedgerThanALookNeedsNorBecomeAnotherRole() throws Exception {
        test.registerPending("plain", "", "");
        grant(test.database);
        try (Connection connection =
                        DriverManager.getConnection(test.settings.jdbcUrl(), login.user(), login.password());
                Statement statement = connection.createStatement()) {
            assertThat(state(statement, "UPDATE owl SET status = 'x'")).isEqualTo("25006");
            statement.execute("SET default_transaction_read_only = off");
            for (String refused : new String[] {
                "UPDATE owl SET status = 'x'",
                "DELETE FROM turing.claims",
                "SELECT * FROM turing.claims",
                "SELECT reason FROM turing.memory",
                "SELECT * FROM turing.ticket_history",
                "SELECT * FROM turing.task_types",
                "CREATE TABLE turing.mine ()",
                "CREATE TABLE public.mine ()",
                "SET ROLE turing",
                "SET SESSION AUTHORIZATION turing"
            }) {
                assertThat(state(statement, refused)).as(refused).isEqualTo("42501");
            }
            statement.execute("SELECT task_type_id, subject_id FROM turing.claims");
        }
    }

    @Test
    void withoutTheRightToMakeRolesAnAdministratorIsToldWhatToRun() throws Exception {
        String user = "plain_" + login.user();
        test.sql("CREATE ROLE " + user + " LOGIN PASSWORD 'p'");
        test.sql("GRANT CREATE ON DATABASE " + test.value("SELECT current_database()") + " TO " + user);
        test.sql("GRANT USAGE, CREATE ON SCHEMA turing TO " + user);
        test.sql("GRANT SELECT ON ALL TABLES IN SCHEMA turing TO " + user);
        test.sql("GRANT SELECT ON owl TO " + user);
        test.registerPending("plain", "", "");
        DatabaseSettings plain = DatabaseSettings.of(test.settings.jdbcUrl(), user, "p", "turing");
        try (Database database = Database.connect(plain)) {
            DatabaseFault fault = catchThrowableOfType(DatabaseFault.class, () -> grant(database));
            assertThat(fault.reason()).isEqualTo(Reason.READER);
            assertThat(fault)
                    .hasMessageContaining("user '" + user + "' may not create roles")
                    .hasMessageNotContaining(login.password());
            for (String line :
                    fault.getMessage().lines().filter(l -> l.endsWith(";")).toList()) {
                test.sql(line.replace("'…'", Sql.literal(login.password())));
            }

            ReaderGrants.Report report = grant(database);

            assertThat(report.created()).isFalse();
            assertThat(report.missing())
                    .as("a table of another owner, and the ledger of another one")
                    .contains("GRANT SELECT ON public.owl TO \"" + login.user() + "\";");
            assertThat(report.faulted()).singleElement().asString().contains("'plain'", "permission denied");
            for (String missing : report.missing()) {
                test.sql(missing);
            }
            assertThat(grant(database).faulted()).isEmpty();
        }
    }

    @Test
    void namesMeanToItWhatTheyMeanToARuntimesUserWithASearchPathOfItsOwn() throws Exception {
        String user = "path_" + login.user();
        test.sql("CREATE ROLE " + user + " LOGIN SUPERUSER PASSWORD 'p'");
        test.sql("CREATE SCHEMA " + user);
        test.sql("CREATE TABLE " + user + ".owl (owl_id int)");
        test.sql("INSERT INTO " + user + ".owl VALUES (77)");
        TaskType taskType = test.registerQuery("mine", "SELECT owl_id FROM owl");
        DatabaseSettings settings = DatabaseSettings.of(test.settings.jdbcUrl(), user, "p", "turing");
        test.sql("ALTER ROLE " + user + " SET search_path = \"$user\", public");
        try (Database database = Database.connect(settings)) {
            assertThat(grant(database).faulted()).isEmpty();
        }
        assertThat(TestDatabase.ids(look(taskType).candidates())).containsExactly("77");
    }

    @Test
    void aRoleOfSomebodyElseIsLeftAlone() throws Exception {
        test.sql("CREATE ROLE " + login.user() + " LOGIN PASSWORD 'theirs'");
        assertThatThrownBy(() -> grant(test.database))
                .isInstanceOf(DatabaseFault.class)
                .hasMessageContaining("'" + login.user() + "' exists and was not made for this");
        test.sql("COMMENT ON ROLE " + login.user() + " IS '" + ReaderRole.MARK + "'");
        assertThatThrownBy(() -> grant(test.database))
                .isInstanceOf(DatabaseFault.class)
                .hasMessageContaining("can't log in: ")
                .hasMessageContaining("TURING_DB_READER_PASSWORD")
                .hasMessageNotContaining(login.password());
    }

    @Test
    void aRoleThatMayDoMoreThanReadIsRefused() throws Exception {
        grant(test.database);
        test.sql("ALTER ROLE " + login.user() + " CREATEDB");
        test.sql("GRANT pg_write_server_files TO " + login.user());
        assertThatThrownBy(() -> grant(test.database))
                .isInstanceOf(DatabaseFault.class)
                .hasMessageContaining("may do more than read: CREATEDB, member of pg_write_server_files");
    }

    @Test
    void theRuntimesOwnUserCannotBeIt() {
        login = new Login("turing", "x");
        assertThatThrownBy(() -> grant(test.database))
                .isInstanceOf(DatabaseFault.class)
                .hasMessageContaining("is the runtime's own user");
    }

    @Test
    void aLoginThatIsNotThereKeepsTheRuntimeFromStarting() {
        DatabaseFault fault = catchThrowableOfType(
                DatabaseFault.class,
                () -> Database.connect(test.settings.withReader(login)).close());
        assertThat(fault.reason()).isEqualTo(Reason.READER);
        assertThat(fault).hasMessageContaining("turing init --grant").hasMessageNotContaining(login.password());
    }

    private static String state(Statement statement, String sql) {
        SQLException refused = catchThrowableOfType(SQLException.class, () -> statement.execute(sql));
        return refused == null ? "done" : refused.getSQLState();
    }
}
