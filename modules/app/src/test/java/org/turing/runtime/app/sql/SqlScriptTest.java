package org.turing.runtime.app.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.turing.runtime.app.sql.SqlScript.Statement;

class SqlScriptTest {

    @Test
    void statementsEndAtSemicolonsButNotInQuotesCommentsOrBodies() throws SQLException {
        SqlScript script = SqlScript.parse("owl.sql", """
                -- the owl; first
                CREATE TABLE owl (name text DEFAULT ';'); /* a; b */
                DO $$ BEGIN PERFORM 1; END $$;

                  SELECT '?' ? 'a', "x;y" FROM owl
                """);

        assertThat(script.statements())
                .extracting(Statement::text)
                .containsExactly(
                        "-- the owl; first\nCREATE TABLE owl (name text DEFAULT ';')",
                        "/* a; b */\nDO $$ BEGIN PERFORM 1; END $$",
                        "SELECT '?' ? 'a', \"x;y\" FROM owl");
        assertThat(script.statements()).extracting(Statement::line).containsExactly(1, 2, 5);
        assertThat(script.statements()).extracting(Statement::column).containsExactly(1, 43, 3);
    }

    @Test
    void nothingButCommentsAndSemicolonsIsNoStatement() throws SQLException {
        assertThat(SqlScript.parse("empty", " ; -- nothing\n ;; /* here */ ").statements())
                .isEmpty();
    }

    @Test
    void aStatementThatOccursTwiceIsFoundAtItsOwnPlace() throws SQLException {
        SqlScript script = SqlScript.parse("twice", "SELECT 1;\nSELECT 1;");

        assertThat(script.statements()).extracting(Statement::line).containsExactly(1, 2);
    }

    @Test
    void aPositionIsToldAsLineAndColumnOfTheFile() {
        Statement statement = new Statement("SELECT 1,\n  nothing", 4, 3);

        assertThat(statement.place(1)).isEqualTo("4:3");
        assertThat(statement.place(8)).isEqualTo("4:10");
        assertThat(statement.place(13)).isEqualTo("5:3");
    }
}
