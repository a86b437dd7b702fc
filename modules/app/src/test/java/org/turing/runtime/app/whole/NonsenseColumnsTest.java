package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.app.program.Check;
import org.turing.runtime.app.program.RuntimeProgram;
import org.turing.runtime.ports.view.RuntimeStatus;
import org.turing.runtime.ports.view.TaskTypeStatus;

/**
 * Each column of {@code task_types} with nonsense of each kind, written past every command by UPDATE while a runtime
 * runs: PostgreSQL refuses it, or that one task type says what is wrong, or it works all the same. Mended, it works.
 */
class NonsenseColumnsTest {

    private static final int GOOD_SUBJECTS = 30;

    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "x".repeat(1_000_000),
            "owl",
            "\u0001\u0007\n\tx",
            "x\nWARN forged",
            "'; DROP TABLE subject; --",
            "\"",
            "a.b.c.d",
            "../../../../etc/passwd",
            "🦉\u202e中",
            "%s %n {} ${jndi:x}",
            ",",
            "SELECT 1",
            "SELECT id, status FROM subject WHERE false UNION SELECT 1",
            "ctid");

    private static final Map<String, List<String>> NONSENSE = Map.of(
            "text", TEXTS,
            "boolean", List.of("false", "true", "owl"),
            "integer", List.of("0", "-1", "1", "-2147483648", "2147483647", "2147483648", "owl", "1.5"),
            "bigint", List.of("0", "-1", "-9223372036854775808", "9223372036854775807", "owl", "1"),
            "double precision", List.of("0", "-1", "NaN", "Infinity", "1e-300", "1e300", "1e-5", "31536000", "owl"),
            "interval", List.of("0", "-1 s", "infinity", "1 microsecond", "10 ms", "1 day", "100 years", "owl"),
            "ARRAY",
                    List.of(
                            "{}",
                            "{NULL}",
                            "{{a,b},{c,d}}",
                            "{\"\"}",
                            "{\"a b c\"}",
                            "{a.b.c.d}",
                            "{\"'; DROP\"}",
                            "[5:5]={x}",
                            "{\"\\\"\"}",
                            "{\"a\nb\"}",
                            "owl",
                            "{" + "x,".repeat(10_000) + "x}"));

    /** Columns of which some nonsense must have been told by the runtime itself, as PostgreSQL takes it. */
    private static final List<String> TOLD = List.of(
            "task_type_name",
            "work_query",
            "script_path",
            "requires_model",
            "pipeline",
            "outbox_status",
            "subject_table",
            "subject_key",
            "status_column",
            "inbox_status",
            "reads");

    @RegisterExtension
    static final WholeSystem SYSTEM = new WholeSystem().with("turing.work.poll-longest", "30s");

    /**
     * @param number which the subjects of this task type have
     * @param column that is nonsense
     * @param value the nonsense; null is SQL's
     */
    private record Victim(int number, String column, String value) {
        @Override
        public String toString() {
            String text = String.valueOf(value);
            return number + ": " + column + " = " + text.substring(0, Math.min(40, text.length()));
        }
    }

    private static final Map<Victim, String> REFUSED = new HashMap<>();
    private static final List<Victim> TAKEN = new ArrayList<>();
    private static final Map<Victim, String> SAID = new HashMap<>();
    private static final Set<String> UNREADABLE = new HashSet<>();
    private static String check;
    private static long goodBefore;

    @BeforeAll
    static void writeNonsenseAndMendIt() throws Exception {
        SYSTEM.script("ok.sh", "#!/bin/sh\necho '{\"success\": true}'\n")
                .toFile()
                .setExecutable(true);
        SYSTEM.execute("CREATE TABLE subject (id bigint PRIMARY KEY, victim int, status text NOT NULL)");
        SYSTEM.registerGood("good", GOOD_SUBJECTS);
        List<Victim> victims = victims();
        try (LogLines log = LogLines.listen();
                Connection connection = SYSTEM.connect()) {
            RuntimeProgram program = SYSTEM.start();
            spoil(connection, victims);
            WholeSystem.await("every taken row to be judged").untilAsserted(() -> judge(WholeSystem.status(program)));
            check = String.valueOf(Check.of(SYSTEM.settings()));
            SYSTEM.execute("INSERT INTO good SELECT i, 'new' FROM generate_series(1001, 1030) i");
            WholeSystem.await("the good neighbour").until(() -> SYSTEM.done("good") == 2L * GOOD_SUBJECTS);
            goodBefore = SYSTEM.done("good");
            mend(connection);
            WholeSystem.await("every mended task type to be well, and one of each column at work")
                    .untilAsserted(() -> {
                        assertThat(WholeSystem.status(program).taskTypes())
                                .hasSize(TAKEN.size() + 1)
                                .allSatisfy(taskType -> assertThat(taskType.reason())
                                        .as(taskType.name())
                                        .isNull());
                        assertThat(SYSTEM.column("SELECT victim FROM subject WHERE status <> 'done' ORDER BY 1"))
                                .isEmpty();
                    });
            for (String unwelcome : List.of("ERROR ", "saw failure", "\nWARN forged")) {
                if (log.has(unwelcome)) {
                    UNREADABLE.add(unwelcome);
                }
            }
        }
    }

    private static List<Victim> victims() throws SQLException {
        List<Victim> victims = new ArrayList<>();
        try (Connection connection = SYSTEM.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT column_name, data_type FROM information_schema.columns"
                        + " WHERE table_schema = 'turing' AND table_name = 'task_types' ORDER BY 1")) {
            while (row.next()) {
                String column = row.getString(1);
                List<String> nonsense = NONSENSE.get(row.getString(2));
                assertThat(nonsense).as("nonsense for " + row.getString(2)).isNotNull();
                victims.add(new Victim(victims.size() + 1, column, null));
                for (String value : nonsense) {
                    victims.add(new Victim(victims.size() + 1, column, value));
                }
            }
        }
        return victims;
    }

    /** Registers each and spoils it in one transaction, so that the runtime sees the nonsense first. */
    private static void spoil(Connection connection, List<Victim> victims) throws SQLException {
        for (Victim victim : victims) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("""
                        INSERT INTO turing.task_types (task_type_id, task_type_name, work_query, script_path, subject_table,
                               subject_key, status_column, inbox_status, outbox_status, execution_type)
                        VALUES (%1$d, 'victim %1$d', 'SELECT id FROM subject WHERE victim = %1$d', 'ok.sh',
                               'subject', 'id', 'status', 'new', 'done', 'script')""".formatted(victim.number() + 20_000));
            }
            set(connection, victim, victim.value());
        }
        connection.setAutoCommit(true);
    }

    private static void set(Connection connection, Victim victim, String value) throws SQLException {
        String sql = "UPDATE turing.task_types SET " + victim.column() + " = "
                + (value == null ? "NULL" : WholeSystem.literal(value)) + " WHERE task_type_id = "
                + (victim.number() + 20_000);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.executeUpdate();
            connection.commit();
            TAKEN.add(victim);
        } catch (SQLException refused) {
            connection.rollback();
            REFUSED.put(victim, String.valueOf(refused.getMessage()));
        }
    }

    private static void judge(RuntimeStatus status) {
        Map<Long, TaskTypeStatus> byId = new HashMap<>();
        status.taskTypes().forEach(taskType -> byId.put(taskType.id(), taskType));
        for (Victim victim : TAKEN) {
            long id =
                    victim.column().equals("task_type_id") ? Long.parseLong(victim.value()) : victim.number() + 20_000;
            TaskTypeStatus taskType = byId.get(id);
            if (taskType != null) {
                assertThat(taskType.state()).as(victim.toString()).isIn("idle", "faulted", "paused");
                boolean refused = taskType.state().equals("faulted");
                SAID.put(victim, refused ? String.valueOf(taskType.reason()) : "");
            } else if (!victim.column().equals("enabled")) {
                String name = victim.column().equals("task_type_name")
                        ? "task_type_id = " + id
                        : "task type 'victim " + id + "'";
                SAID.put(
                        victim,
                        status.warnings().stream()
                                .filter(warning -> warning.contains(name))
                                .findFirst()
                                .orElseThrow(
                                        () -> new AssertionError(victim + " is not told in " + status.warnings())));
            }
        }
    }

    private static void mend(Connection connection) throws SQLException {
        Map<String, String> good = new HashMap<>(Map.of(
                "script_path",
                "'ok.sh'",
                "subject_table",
                "'subject'",
                "subject_key",
                "'id'",
                "status_column",
                "'status'",
                "inbox_status",
                "'new'",
                "outbox_status",
                "'done'",
                "execution_type",
                "'script'"));
        Set<String> columns = new HashSet<>();
        try (Statement statement = connection.createStatement()) {
            for (Victim victim : TAKEN) {
                int number = victim.number();
                boolean faulted = !SAID.getOrDefault(victim, "").isEmpty();
                if ((faulted || !TOLD.contains(victim.column())) && columns.add(victim.column())) {
                    statement.execute("INSERT INTO subject VALUES (%1$d, %1$d, 'new')".formatted(number + 20_000));
                }
                String value = switch (victim.column()) {
                    case "task_type_id" -> Integer.toString(number + 20_000);
                    case "task_type_name" -> "'victim " + number + "'";
                    case "work_query" -> "'SELECT id FROM subject WHERE victim = " + (number + 20_000) + "'";
                    default -> good.getOrDefault(victim.column(), "DEFAULT");
                };
                String id = victim.column().equals("task_type_id") ? victim.value() : Integer.toString(number + 20_000);
                statement.execute("UPDATE turing.task_types SET " + victim.column() + " = " + value
                        + " WHERE task_type_id = " + id);
            }
        }
    }

    @Test
    void whatPostgresRefusesIsToldInItsWords() {
        assertThat(REFUSED).hasSizeGreaterThan(50);
        assertThat(REFUSED)
                .allSatisfy((victim, message) -> assertThat(message)
                        .as(victim.toString())
                        .matches("(?s).*(violates (check|not-null|unique) constraint|invalid input syntax|out of range"
                                + "|malformed array literal|invalid|index row requires).*"));
    }

    @Test
    void whatTheRuntimeRefusesIsToldOnOneLineWithItsColumnAndTheNextStep() {
        assertThat(SAID).hasSizeGreaterThan(120);
        SAID.forEach((victim, message) -> {
            if (!message.isEmpty()) {
                assertThat(message)
                        .as(victim.toString())
                        .startsWith("task type '")
                        .contains(". Fix: ")
                        .matches("(?s).*(" + victim.column() + "|script|database).*")
                        .hasSizeLessThan(3_000)
                        .doesNotContain("Exception", "java.", "[L", "\n", "\u0001", "the ledger's statement failed");
            }
        });
        assertThat(TOLD)
                .allSatisfy(column -> assertThat(SAID).as(column).anySatisfy((victim, message) -> {
                    assertThat(victim.column()).isEqualTo(column);
                    assertThat(message).isNotEmpty();
                }));
    }

    @Test
    void theNeighbourWorksOnAndNoActorFails() {
        assertThat(goodBefore).isEqualTo(2L * GOOD_SUBJECTS);
        assertThat(UNREADABLE).as("in the log").isEmpty();
        assertThat(check).contains("good").doesNotContain("Exception");
    }

    @Test
    void whatIsMendedIsTakenUpAgain() throws SQLException {
        assertThat(SYSTEM.number("SELECT count(*) FROM subject WHERE status = 'done'"))
                .isGreaterThan(TOLD.size());
        assertThat(SYSTEM.number("SELECT count(*) FROM turing.claims")).isZero();
    }
}
