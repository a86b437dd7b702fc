package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.app.inspection.Finding;
import org.turing.runtime.app.program.Check;
import org.turing.runtime.app.program.RuntimeProgram;

/** One runtime over many bad work_queries and a good neighbour. */
class BadWorkQueriesTest {

    private static final int GOOD_SUBJECTS = 40;
    private static final List<String> FAULTED = List.of(
            "syntax",
            "no_column",
            "two_statements",
            "deletes",
            "deletes_in_with",
            "locks",
            "locks_session",
            "never_ends",
            "all_null",
            "no_text",
            "no_table");

    @RegisterExtension
    static final WholeSystem SYSTEM = new WholeSystem().with("turing.db.query-timeout", "3s");

    private static List<Finding> findings;
    private static RuntimeProgram program;
    private static String status;

    @BeforeAll
    static void runUntilTheGoodOneIsDoneAndTheBadOnesAreFound() throws Exception {
        SYSTEM.registerGood("good", GOOD_SUBJECTS);
        SYSTEM.makeTable("owl", 5);
        query("syntax", "SELEC id FROM owl");
        query("no_column", "SELECT id, statu FROM owl");
        query("two_statements", "SELECT id FROM owl; DELETE FROM owl");
        query("deletes", "DELETE FROM owl RETURNING id");
        query("deletes_in_with", "WITH gone AS (DELETE FROM owl RETURNING id) SELECT id FROM gone");
        query("locks", "SELECT id FROM owl FOR UPDATE");
        query("locks_session", "SELECT id, pg_advisory_lock(id) FROM owl");
        query("never_ends", "SELECT id FROM owl WHERE pg_sleep(3600) IS NOT NULL");
        query("all_null", "SELECT NULL AS subject_id, id FROM owl");
        query("no_text", "  -- nothing yet");
        query("no_table", "SELECT id FROM nowhere.owl");
        query("mended", "SELEC id FROM owl");
        query("no_rows", "SELECT id FROM owl WHERE status = 'nobody'");
        query("some_null", "SELECT nullif(id, 3) AS subject_id FROM owl");
        query("duplicates", "SELECT id FROM owl UNION ALL SELECT id FROM owl");
        program = SYSTEM.start();
        WholeSystem.await("the good neighbour and the diagnoses").untilAsserted(() -> {
            assertThat(SYSTEM.done("good")).isEqualTo(GOOD_SUBJECTS);
            assertThat(FAULTED)
                    .allSatisfy(
                            name -> assertThat(WholeSystem.status(program, name).state())
                                    .as(name)
                                    .isEqualTo("faulted"));
            assertThat(SYSTEM.tickets("duplicates", "completed")).isEqualTo(5);
            assertThat(SYSTEM.tickets("some_null", "completed")).isEqualTo(4);
        });
        status = WholeSystem.statusText(program);
        findings = Check.of(SYSTEM.settings());
    }

    private static void query(String name, String workQuery) throws SQLException {
        SYSTEM.register(name, "work_query", workQuery, "script_path", "good.py", "rerun", "once");
    }

    /** Status and check say it, each with the place to mend. */
    private static void assertFault(String name, String cause) {
        String fix = "Fix: UPDATE task_types SET work_query = … WHERE task_type_name = '" + name + "'";
        assertThat(status).contains(name + " is faulted: work_query " + cause).contains(fix);
        assertThat(WholeSystem.of(findings, name))
                .startsWith("WRONG work_query " + cause)
                .endsWith(fix);
    }

    @Test
    void theGoodNeighbourFinishesAndNoRowOfTheOthersIsLost() throws SQLException {
        assertThat(SYSTEM.tickets("good", "completed")).isEqualTo(GOOD_SUBJECTS);
        assertThat(SYSTEM.number("SELECT count(*) FROM owl")).isEqualTo(5);
        assertThat(FAULTED)
                .allSatisfy(
                        name -> assertThat(SYSTEM.ofTickets(name, "ticket_id")).isEmpty());
    }

    @Test
    void aSyntaxErrorIsToldInTheDatabasesWordsWithItsPosition() {
        assertFault("syntax", "failed: syntax error at or near \"SELEC\" (position 1)");
    }

    @Test
    void aColumnThatDoesNotExistIsNamedWithItsPosition() {
        assertFault("no_column", "failed: column \"statu\" does not exist (position 12)");
    }

    @Test
    void aSecondStatementIsRefused() {
        assertFault("two_statements", "holds 2 statements; it must be a single SELECT");
    }

    @Test
    void aDeleteIsRefusedInAWithToo() {
        assertFault("deletes", "changes data; it must only read");
        assertFault("deletes_in_with", "changes data; it must only read");
    }

    @Test
    void aQueryThatLocksRowsIsRefused() {
        assertFault("locks", "locks rows (FOR UPDATE or the like); it must only read");
    }

    @Test
    void aQueryThatTakesALockForLongerThanItsLookIsRefused() {
        assertFault(
                "locks_session",
                "takes an advisory lock that would outlive it, in a session that others use too; if it must lock,"
                        + " pg_advisory_xact_lock ends with the query");
    }

    @Test
    void aQueryThatNeverEndsIsEndedAndSaysAfterWhatTime() {
        assertFault("never_ends", "failed: ran longer than 3.0 s and was ended; give it an index or fewer rows");
    }

    @Test
    void aQueryWhoseIdIsAlwaysNullNamesTheColumn() {
        assertFault(
                "all_null",
                "returned no usable subject id: column 'subject_id' of type text is NULL, empty or longer than 2000 bytes in"
                        + " all 5 rows looked at; name the id subject_id or put it first");
    }

    @Test
    void anEmptyQueryIsToldWhatItMustBe() {
        assertFault("no_text", "is empty; it must be a single SELECT");
    }

    @Test
    void aTableThatIsMissingIsNamed() {
        assertFault("no_table", "failed: relation \"nowhere.owl\" does not exist (position 16)");
    }

    @Test
    void rowsWithoutAnIdArePassedOverAndStatusAndCheckCountThem() {
        assertThat(status).contains("some_null: 1 row(s) of its inbox have no usable id and are passed over");
        assertThat(WholeSystem.of(findings, "some_null")).contains("WARNING 1 row(s) of its inbox have no usable id");
    }

    @Test
    void aDuplicateIdIsRunOnce() throws SQLException {
        assertThat(SYSTEM.ofTickets("duplicates", "subject_id")).containsExactlyInAnyOrder("1", "2", "3", "4", "5");
    }

    @Test
    void aQueryWithoutRowsIsIdleAndNoFault() {
        WholeSystem.await("the look into the empty inbox, which waits behind queries that never end")
                .untilAsserted(
                        () -> assertThat(WholeSystem.status(program, "no_rows").state())
                                .isEqualTo("idle"));
        assertThat(WholeSystem.of(findings, "no_rows")).startsWith("GOOD 0 in its inbox");
    }

    @Test
    void aQueryThatIsMendedWorksWithoutARestart() throws SQLException {
        SYSTEM.execute(
                "UPDATE turing.task_types SET work_query = 'SELECT id FROM owl'" + " WHERE task_type_name = 'mended'");

        WholeSystem.await("the mended task type").until(() -> SYSTEM.tickets("mended", "completed") == 5);
    }
}
