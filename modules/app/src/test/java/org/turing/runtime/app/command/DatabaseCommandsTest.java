package org.turing.runtime.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.turing.runtime.embedded.EmbeddedPostgres;

/** The commands that work on a database, against one by URL; each test has a schema and a database of its own. */
class DatabaseCommandsTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static int databases;

    @TempDir
    static Path serverFolder;

    private static EmbeddedPostgres server;

    @TempDir
    Path home;

    private Path scripts;
    private Shell shell;

    @BeforeAll
    static void start() {
        server = EmbeddedPostgres.start(serverFolder, EmbeddedPostgres.Options.defaults());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void makeDatabase() throws IOException {
        String database = "work" + ++databases;
        assertThat(new Shell(home)
                        .with("-D", "turing.db.url=" + server.uri())
                        .run("sql", "CREATE DATABASE " + database)
                        .exitCode())
                .isZero();
        scripts = Files.createDirectories(home.resolve("scripts"));
        Files.writeString(scripts.resolve("good.py"), "print('{\"success\": true}')\n");
        shell = new Shell(home)
                .with(
                        "-D",
                        "turing.db.url=" + server.uri().replaceAll("/[a-z]+$", "/" + database),
                        "-D",
                        "turing.scripts.folder=" + scripts,
                        "-D",
                        "turing.scripts.python=" + System.getProperty("turing.test.python", "python3"));
    }

    @Test
    void sqlShowsTheResultOfEveryStatement() {
        Shell.Result result = shell.run(
                "sql",
                "CREATE TABLE owl (id int, name text); INSERT INTO owl VALUES (7, 'alma'), (12, NULL); TABLE owl");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEqualTo("""
                        CREATE
                        INSERT 2
                        id  name
                        --  ----
                         7  alma
                        12
                        (2 rows)
                        """);
    }

    @Test
    void sqlRunsAFileAndEndsAtItsFirstErrorWithItsPlace() throws IOException {
        Path file = Files.writeString(
                home.resolve("owl.sql"), "CREATE TABLE one ();\nSELECT 1,\n  statu FROM one;\nCREATE TABLE two ();");

        Shell.Result result = shell.run("sql", "-f", file.toString());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).isEqualTo("turing: " + file + ":3:3: column \"statu\" does not exist\n");
        assertThat(shell.run("sql", "SELECT count(*) FROM pg_tables WHERE tablename IN ('one', 'two')")
                        .out())
                .contains("\n    1\n");
    }

    @Test
    void whatBeganInATransactionIsUndoneWhenTheScriptFails() {
        assertThat(shell.run("sql", "BEGIN; CREATE TABLE one (); SELECT nothing; COMMIT")
                        .exitCode())
                .isEqualTo(1);
        assertThat(shell.run("sql", "TABLE one").err()).contains("relation \"one\" does not exist");
    }

    @Test
    void sqlGivesJsonWithTypes() throws IOException {
        Shell.Result result = shell.run(
                "sql",
                "--json",
                "SELECT 1 AS n, 'x' AS t, NULL AS z, true AS b, '{\"a\": [1]}'::jsonb AS j; SELECT 2 AS n");

        JsonNode json = JSON.readTree(result.out());
        assertThat(json.at("/0/rows/0").toString())
                .isEqualTo("{\"n\":1,\"t\":\"x\",\"z\":null,\"b\":true,\"j\":{\"a\":[1]}}");
        assertThat(json.at("/1/rows/0/n").asInt()).isEqualTo(2);
    }

    @Test
    void sqlNamesAFileThatIsNotThere() {
        Shell.Result result = shell.run("sql", "-f", home.resolve("missing.sql").toString());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).startsWith("turing: file " + home.resolve("missing.sql") + " can't be read");
    }

    @Test
    void initMakesTheSchemaSaysTheSearchPathAndTakesOverAPredecessorsTable() {
        shell.run("sql", """
                CREATE TABLE public.task_types
                    (task_type_id int, task_type_name text, work_query text, script_path text, requires_model text);
                INSERT INTO public.task_types VALUES (9389, 'alma', 'SELECT 1', 'alma.py', NULL)""");

        Shell.Result result = shell.run("init", "--import", "public.task_types");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .contains(
                        "SET search_path = public, turing;",
                        "taken over: alma",
                        "INSERT INTO task_types still reaches public.task_types");
        assertThat(shell.run("sql", "SELECT task_type_id FROM turing.task_types")
                        .out())
                .contains("9389");
        assertThat(shell.run("init", "--import", "nowhere").exitCode()).isEqualTo(1);
    }

    @Test
    void initAsksForTheSearchPathOnlyUntilItNamesTheSchema() {
        String line = shell.run("init")
                .out()
                .lines()
                .filter(said -> said.contains("ALTER DATABASE"))
                .findFirst()
                .orElseThrow();
        shell.run("sql", line);

        Shell.Result again = shell.run("init");

        assertThat(again.exitCode()).isZero();
        assertThat(again.out()).contains("its search_path names the schema").doesNotContain("ALTER DATABASE");
        assertThat(shell.run("sql", "TABLE task_types").exitCode()).isZero();
    }

    @Test
    void checkIsContentWithWhatCanRun() {
        shell.run("init");
        register("good", "SELECT 1 AS id", "good.py", null);

        Shell.Result result = shell.run("check");

        assertThat(result.exitCode()).as(result.out()).isZero();
        assertThat(result.out())
                .contains("PostgreSQL 18", "task type good", "1 in its inbox, good.py runs as ")
                .doesNotContain("WRONG");
    }

    @Test
    void aLoginThatCanOnlyReadIsMadeUsedAndSeenByCheck() throws IOException {
        shell.run("init");
        shell.run("sql", "CREATE TABLE public.owl (owl_id int)");
        register("good", "SELECT owl_id, current_user FROM owl", "good.py", null);
        assertThat(shell.run("check").out()).contains("work_query login", "Fix: turing init --grant");
        Shell reading = shell.with("-D", "turing.db.reader-user=reader_of_work" + databases);

        Shell.Result made = reading.run("init", "--grant");
        Shell.Result again = reading.run("init", "--grant", "--json");

        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(made.out())
                .contains(
                        "login 'reader_of_work" + databases + "' was made",
                        "GRANT SELECT ON public.owl TO",
                        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO");
        assertThat(JSON.readTree(again.out()).at("/reader/created").asBoolean()).isFalse();
        assertThat(JSON.readTree(again.out()).at("/reader/granted")).isEmpty();
        Path password = home.resolve(".turing-runtime/reader.password");
        assertThat(Files.getPosixFilePermissions(password)).hasSize(2);
        Shell.Result check = reading.run("check");
        assertThat(check.exitCode()).as(check.out()).isZero();
        assertThat(check.out()).contains("'reader_of_work" + databases + "' runs work_queries and can only read");
        assertThat(made.out() + again.out() + check.out())
                .doesNotContain(Files.readString(password).strip());

        Files.writeString(password, "another\n");
        assertThat(reading.run("check").out()).contains("can't log in", "TURING_DB_READER_PASSWORD");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(reading.run("check").err()).contains("is open to other users. Next: chmod 600 " + password);
    }

    @Test
    void checkNamesEverythingThatIsWrongAndEndsWithExitCodeOne() throws IOException {
        shell.run("init");
        shell.run("sql", "INSERT INTO turing.models (model_name, slots) VALUES ('none', 0)");
        register("bad_query", "SELECT statu FROM pg_class", "good.py", null);
        register("no_script", "SELECT 1 AS id", "missing.py", null);
        register("no_slots", "SELECT 1 AS id", "good.py", "none");
        register("unknown_model", "SELECT 1 AS id", "good.py", "gemma2");

        Shell.Result result = shell.run("check", "--json");

        assertThat(result.exitCode()).isEqualTo(1);
        JsonNode findings = JSON.readTree(result.out());
        assertThat(messages(findings, "bad_query", "wrong")).contains("column \"statu\" does not exist");
        assertThat(messages(findings, "no_script", "wrong")).contains("missing.py");
        assertThat(messages(findings, "no_slots", "wrong")).contains("UPDATE models SET slots = 1");
        assertThat(messages(findings, "unknown_model", "warning")).contains("gets one slot");
        assertThat(messages(findings, "unknown_model", "wrong")).isEmpty();
    }

    @Test
    void checkSaysWhenPythonOrTheScriptsFolderIsMissing() {
        Shell.Result result = new Shell(home)
                .with("-D", "turing.db.url=" + server.uri())
                .run("check", "-D", "turing.scripts.folder=/nowhere", "-D", "turing.scripts.python=/no/python");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).contains("/nowhere does not exist", "'/no/python' can't be started");
    }

    @Test
    void aDryRunShowsWhatWouldRunAndClaimsNothing() {
        shell.run("init");
        register("good", "SELECT g AS id FROM generate_series(1, 30) g", "good.py", null);

        Shell.Result result = shell.run("start", "--dry-run", "--task_type", "good");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("good          30  script", "1, 2, 3, 4, 5, …");
        assertThat(shell.run("tickets").out()).isEqualTo("no tickets\n");
        assertThat(shell.run("start", "--dry-run", "--task-type", "bad").err())
                .isEqualTo("turing: there is no task type 'bad'. Registered: good\n");
    }

    @Test
    void watchPutsTheTriggerOnATableListsItAndTakesItAway() {
        shell.run("init");
        shell.run("sql", "CREATE TABLE public.owl (id int)");

        assertThat(shell.run("watch", "public.owl").out()).isEqualTo("public.owl is watched\n");
        assertThat(shell.run("watch").out()).isEqualTo("public.owl\n");
        assertThat(shell.run("watch", "public.owl", "--remove").out()).isEqualTo("public.owl is watched no more\n");
        assertThat(shell.run("watch").out()).isEqualTo("no table is watched\n");
        assertThat(shell.run("watch", "nowhere").exitCode()).isEqualTo(1);
    }

    @Test
    void retryOfWhatIsNotKeptBackSaysSo() {
        shell.run("init");

        assertThat(shell.run("retry", "--all").out()).isEqualTo("0 subjects may be worked on again\n");
        assertThat(shell.run("retry", "71").err()).contains("the subject of ticket 71 is not kept back");
        assertThat(shell.run("retry", "--task-type", "alma").err()).contains("None is registered");
    }

    @Test
    void retryTakesWhatEveryFilterLetsThrough() {
        shell.run("init");
        register("alma", "SELECT 1 AS id", "good.py", null);
        shell.run("sql", """
                INSERT INTO turing.memory (task_type_id, subject_id, subject_type, state, attempt, outcome_xid,
                       ticket_id, chain_id, chain_depth, visiting_since, reason)
                SELECT task_type_id, i, 'owl', CASE WHEN i < 4 THEN 'dead' WHEN i < 6 THEN 'skipped' ELSE 'once' END, 1,
                       '3', i, gen_random_uuid(), 0, now(), CASE WHEN i = 1 THEN 'Connection refused' ELSE 'empty' END
                  FROM turing.task_types, generate_series(1, 6) i""");
        shell.run("sql", """
                INSERT INTO turing.ticket_history (ticket_id, task_type_id, subject_type, subject_id, status, attempt,
                       fence, chain_id, chain_depth, runtime_id, claimed_at, recorded_at)
                SELECT ticket_id, task_type_id, subject_type, subject_id, 'dead', 1, ticket_id, chain_id, 0, 1, now(),
                       now() - CASE WHEN subject_id = '3' THEN interval '3 hours' ELSE interval '1 hour' END
                  FROM turing.memory WHERE state = 'dead'""");

        assertThat(dryRun("--all")).startsWith("5 subjects would");
        assertThat(dryRun("--all", "--finished-once")).startsWith("6 subjects would");
        assertThat(dryRun("--state", "dead,once")).startsWith("4 subjects would");
        assertThat(dryRun("--state", "dead", "--since", "2h")).startsWith("2 subjects would");
        assertThat(dryRun("--task-type", "alma", "--error", "connection REFUSED"))
                .startsWith("1 subject would");
        assertThat(dryRun("--subject", "6")).startsWith("1 subject would");
        assertThat(dryRun("--subject", "7")).startsWith("0 subjects would");
        assertThat(shell.run("retry", "--state", "skipped").out()).isEqualTo("2 subjects may be worked on again\n");
        assertThat(shell.run("retry", "1").out()).isEqualTo("1 subject may be worked on again\n");
        assertThat(shell.run("retry", "--all", "--json").out()).contains("\"eligible_again\" : 2");
        assertThat(shell.run("sql", "SELECT state, count(*) FROM turing.memory GROUP BY 1 ORDER BY 1")
                        .out())
                .contains("left", "5", "once", "1");
    }

    private String dryRun(String... filter) {
        List<String> line = new ArrayList<>(List.of("retry", "--dry-run"));
        line.addAll(List.of(filter));
        return shell.run(line.toArray(String[]::new)).out();
    }

    @Test
    void traceShowsTheChainsOfASubjectOrOfATicket() throws IOException {
        shell.run("init");
        register("alma", "SELECT 1 AS id", "good.py", null);
        shell.run("sql", """
                INSERT INTO turing.ticket_history (ticket_id, task_type_id, subject_type, subject_id, status, attempt,
                       fence, chain_id, chain_depth, runtime_id, claimed_at, recorded_at, error)
                SELECT i, task_type_id, 'owl', CASE WHEN i < 4 THEN '12' ELSE '13' END,
                       CASE WHEN i = 1 THEN 'failed' ELSE 'completed' END, i,
                       i, CAST(repeat(CAST(greatest(i, 2) AS text), 32) AS uuid), greatest(i - 2, 0), 1, now(), now(),
                       CASE WHEN i = 1 THEN 'empty response' END
                  FROM turing.task_types, generate_series(1, 4) i""");

        String subject = shell.run("trace", "12").out();
        assertThat(subject.lines().filter(line -> line.startsWith("chain "))).hasSize(2);
        assertThat(subject).contains("of owl 12", "failed", "empty response", "completed #2", "completed #3");
        String ticket = shell.run("trace", "2").out();
        assertThat(ticket.lines().filter(line -> line.startsWith("chain "))).hasSize(1);
        assertThat(ticket).contains("of owl 12", "failed", "completed #2").doesNotContain("completed #3");
        JsonNode chains =
                JSON.readTree(shell.run("trace", "--ticket", "4", "--json").out());
        assertThat(chains).hasSize(1);
        assertThat(chains.get(0).get("subject_id").asText()).isEqualTo("13");
        assertThat(chains.get(0).get("tickets").get(0).get("status").asText()).isEqualToIgnoringCase("completed");
        assertThat(shell.run("trace", "99").err()).contains("there is no ticket of subject '99'");
    }

    @Test
    void aDatabaseThatIsNotThereIsToldInTheWordsOfItsSettings() {
        Shell.Result result =
                new Shell(home).run("sql", "SELECT 1", "-D", "turing.db.url=postgresql://127.0.0.1:1/work");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .startsWith("turing: database postgresql://127.0.0.1:1/work: ")
                .contains("TURING_DB_URL");
    }

    private void register(String name, String query, String script, @Nullable String model) {
        Shell.Result result = shell.run(
                "sql",
                "INSERT INTO turing.task_types (task_type_name, work_query, script_path, requires_model) VALUES ('"
                        + name + "', '" + query + "', '" + script + "', " + (model == null ? "NULL" : "'" + model + "'")
                        + ")");
        assertThat(result.exitCode()).as(result.err()).isZero();
    }

    private static String messages(JsonNode findings, String taskType, String verdict) {
        StringBuilder messages = new StringBuilder();
        for (JsonNode finding : findings) {
            if (finding.get("thing").asText().endsWith(taskType)
                    && finding.get("verdict").asText().equals(verdict)) {
                messages.append(finding.get("message").asText()).append('\n');
            }
        }
        return messages.toString();
    }
}
