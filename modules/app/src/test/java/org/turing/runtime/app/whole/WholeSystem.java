package org.turing.runtime.app.whole;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.turing.runtime.actors.RunSummary;
import org.turing.runtime.app.command.Surroundings;
import org.turing.runtime.app.command.TuringCommandLine;
import org.turing.runtime.app.inspection.Finding;
import org.turing.runtime.app.program.Assignment;
import org.turing.runtime.app.program.Check;
import org.turing.runtime.app.program.RuntimeProgram;
import org.turing.runtime.app.report.StatusReport;
import org.turing.runtime.app.settings.Settings;
import org.turing.runtime.app.settings.SettingsException;
import org.turing.runtime.app.settings.SettingsSources;
import org.turing.runtime.ports.view.RuntimeStatus;
import org.turing.runtime.ports.view.TaskTypeStatus;

/**
 * A database, a scripts folder and data folders for one test, or, as a static extension, for one test class; and the
 * program over them. What was started is ended with it.
 */
final class WholeSystem implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    /** Longer than anything takes that works. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final String VERSION = "under test";
    private static final int WIDE = 1000;

    /** A script that succeeds for every subject, warm. */
    private static final String GOOD = """
            # turing: worker
            import json, sys

            for line in sys.stdin:
                ticket = json.loads(line)
                print(json.dumps({"success": True, "ticket_id": ticket["ticket_id"]}), flush=True)
            """;

    private final Map<String, String> settings = new HashMap<>();
    private final List<AutoCloseable> running = new ArrayList<>();
    private @Nullable Server server;
    private @Nullable String database;
    private @Nullable Path home;
    private @Nullable Map<String, String> apart;
    private boolean perClass;

    /** On a server of its own, with these settings of PostgreSQL, which is closed with it. */
    WholeSystem onServerApart(Map<String, String> serverSettings) {
        apart = serverSettings;
        return this;
    }

    /** A setting that this system's runtimes have beside the usual ones of tests. */
    WholeSystem with(String key, String value) {
        settings.put(key, value);
        return this;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        perClass = true;
        open(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        if (!perClass) {
            open(context);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        if (!perClass) {
            close();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        close();
    }

    private void open(ExtensionContext context) throws Exception {
        server = apart == null
                ? Server.of(context)
                : Server.apart(Files.createTempDirectory("whole-system-server"), apart);
        database = server.newDatabase();
        home = Files.createTempDirectory("whole-system").toRealPath();
        Files.createDirectory(scripts());
        script("good.py", GOOD);
    }

    private void close() throws Exception {
        for (AutoCloseable started : running) {
            started.close();
        }
        if (apart == null) {
            server().drop(database());
        } else {
            server().close();
        }
        delete(home());
    }

    // ------------------------------------------------------------------ where things are

    Server server() {
        return there(server);
    }

    String database() {
        return there(database);
    }

    Path home() {
        return there(home);
    }

    Path scripts() {
        return home().resolve("scripts");
    }

    private static <T> T there(@Nullable T thing) {
        if (thing == null) {
            throw new IllegalStateException("the system is not open");
        }
        return thing;
    }

    /** The settings as the command line gives them. */
    Map<String, String> settingsByKey(String dataFolder) {
        Map<String, String> all = new HashMap<>(Map.of(
                "turing.data", home().resolve(dataFolder).toString(),
                "turing.db.url", server().uri(database()),
                "turing.scripts.folder", scripts().toString(),
                "turing.scripts.python", System.getProperty("turing.test.python", "python3"),
                "turing.http.port", "0",
                "turing.work.poll-longest", "1s"));
        all.putAll(settings);
        return all;
    }

    Settings settings() throws SettingsException {
        return settings("data", Map.of());
    }

    /** Settings with another data folder, or with changes. */
    Settings settings(String dataFolder, Map<String, String> changes) throws SettingsException {
        Map<String, String> all = settingsByKey(dataFolder);
        all.putAll(changes);
        Properties system = new Properties();
        system.setProperty("user.home", home().toString());
        return Settings.load(new SettingsSources(all, system, Map.of(), null));
    }

    /** Whether thick scripts of tests have a connection to the database. */
    boolean hasPsycopg2() throws Exception {
        String python = settings().scripts().python();
        return new ProcessBuilder(python, "-c", "import psycopg2").start().waitFor() == 0;
    }

    // ------------------------------------------------------------------ what it works on

    /** Writes a script; returns its file. */
    Path script(String name, String text) throws IOException {
        return Files.writeString(scripts().resolve(name), text);
    }

    /** Registers a task type: its name, then columns and values by turns. */
    void register(String name, Object... columnsAndValues) throws SQLException {
        List<String> columns = new ArrayList<>(List.of("task_type_name"));
        List<String> values = new ArrayList<>(List.of(literal(name)));
        for (int at = 0; at < columnsAndValues.length; at += 2) {
            columns.add(columnsAndValues[at].toString());
            values.add(literal(columnsAndValues[at + 1].toString()));
        }
        execute("INSERT INTO turing.task_types (" + String.join(", ", columns) + ") VALUES ("
                + String.join(", ", values) + ")");
    }

    /** Makes a table of that name with so many subjects in status new, and a task type that moves them to done. */
    void registerGood(String name, int subjects) throws SQLException {
        makeTable(name, subjects);
        registerMoving(name, name, "good.py");
    }

    /** A table with so many subjects in status new. */
    void makeTable(String name, int subjects) throws SQLException {
        execute("CREATE TABLE " + name + " (id bigint PRIMARY KEY, status text NOT NULL)");
        execute("INSERT INTO " + name + " SELECT i, 'new' FROM generate_series(1, " + subjects + ") i");
    }

    /** A task type over a table of {@link #makeTable} that moves its subjects from new to done. */
    void registerMoving(String name, String table, String script, Object... more) throws SQLException {
        List<Object> columns = new ArrayList<>(List.of(
                "script_path",
                script,
                "subject_table",
                table,
                "subject_key",
                "id",
                "status_column",
                "status",
                "inbox_status",
                "new",
                "outbox_status",
                "done"));
        columns.addAll(List.of(more));
        register(name, columns.toArray());
    }

    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    // ------------------------------------------------------------------ SQL

    Connection connect() throws SQLException {
        return server().connect(database());
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of every row, as text. */
    List<String> column(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (row.next()) {
                texts.add(String.valueOf(row.getString(1)));
            }
            return texts;
        }
    }

    long number(String sql) throws SQLException {
        return Long.parseLong(column(sql).get(0));
    }

    /** How many subjects of a table of {@link #makeTable} are done. */
    long done(String table) throws SQLException {
        return number("SELECT count(*) FROM " + table + " WHERE status = 'done'");
    }

    /** How many tickets of a task type have that status. */
    long tickets(String taskType, String status) throws SQLException {
        return number("SELECT count(*) FROM turing.tickets JOIN turing.task_types USING (task_type_id)"
                + " WHERE task_type_name = " + literal(taskType) + " AND status = " + literal(status));
    }

    /** A column of every ticket of a task type, oldest first. */
    List<String> ofTickets(String taskType, String column) throws SQLException {
        return column("SELECT t." + column + " FROM turing.tickets t JOIN turing.task_types USING (task_type_id)"
                + " WHERE task_type_name = " + literal(taskType) + " ORDER BY ticket_id");
    }

    // ------------------------------------------------------------------ the program

    RuntimeProgram start() throws Exception {
        return start(Assignment.EVERYTHING);
    }

    RuntimeProgram start(Assignment assignment) throws Exception {
        return start(settings(), assignment);
    }

    RuntimeProgram start(Settings chosen, Assignment assignment) throws Exception {
        return start(chosen, assignment, new CompletableFuture<>());
    }

    /** @param leave completed when it is to end instead of waiting for its database */
    RuntimeProgram start(Settings chosen, Assignment assignment, CompletableFuture<Void> leave) throws Exception {
        RuntimeProgram program = RuntimeProgram.start(chosen, assignment, VERSION, leave);
        running.add(program);
        return program;
    }

    /** {@code turing start --run-once}. */
    RunSummary runOnce() throws Exception {
        return runToItsEnd(new Assignment(Set.of(), null, 0, Set.of(), true, false));
    }

    /** Starts a runtime that leaves by itself, and waits until it has. */
    RunSummary runToItsEnd(Assignment assignment) throws Exception {
        try (RuntimeProgram program = start(assignment)) {
            try {
                return program.whenDone().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (TimeoutException late) {
                throw new AssertionError("the runtime has not left:\n" + statusText(program), late);
            }
        }
    }

    /**
     * @param exitCode of the command
     * @param printed on standard output
     * @param said on standard error
     */
    record Result(int exitCode, String printed, String said) {}

    /** A command of {@code turing} in this process; not one that starts a runtime for long. */
    Result turing(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        settingsByKey("data").forEach((key, value) -> all.addAll(List.of("-D", key + "=" + value)));
        Properties system = new Properties();
        system.setProperty("user.home", home().toString());
        Surroundings surroundings =
                new Surroundings(new PrintWriter(out, true), new PrintWriter(err, true), system, Map.of());
        return new Result(
                new TuringCommandLine(surroundings).run(all.toArray(String[]::new)), out.toString(), err.toString());
    }

    /** The program as a process of its own, with these arguments of {@code turing}. */
    Child child(String... arguments) throws IOException {
        return childOn("data", arguments);
    }

    /** The same with a data folder of its own. */
    Child childOn(String dataFolder, String... arguments) throws IOException {
        Child child = Child.start(settingsByKey(dataFolder), home(), List.of(arguments));
        running.add(child);
        return child;
    }

    static RuntimeStatus status(RuntimeProgram program) {
        return said(program.control().status());
    }

    /** Status without a look into inboxes, which takes its time while the database is away. */
    static RuntimeStatus glance(RuntimeProgram program) {
        return said(program.control().glance());
    }

    private static RuntimeStatus said(CompletionStage<RuntimeStatus> answer) {
        return answer.toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    static TaskTypeStatus status(RuntimeProgram program, String taskType) {
        return status(program).taskTypes().stream()
                .filter(status -> status.name().equals(taskType))
                .findFirst()
                .orElseThrow(() -> new AssertionError("status does not name " + taskType));
    }

    /** What {@code turing status} prints, on a terminal so wide that no line is broken. */
    static String statusText(RuntimeProgram program) {
        return String.join("\n", StatusReport.lines(status(program), WIDE));
    }

    /** What {@code turing check} finds about a task type, its verdicts in front. */
    String check(String taskType) throws Exception {
        return of(Check.of(settings()), taskType);
    }

    static String of(List<Finding> findings, String taskType) {
        return findings.stream()
                .filter(finding -> finding.thing().equals("task type " + taskType))
                .map(finding -> finding.verdict() + " " + finding.message())
                .collect(Collectors.joining("\n"));
    }

    static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(20));
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
