package org.turing.runtime.app.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {

    @Test
    void columnsAreAsWideAsTheirWidestCellAndNumbersStandRight() {
        TextTable table = TextTable.of("NAME", "INBOX").numbers(1);
        table.row("lucy", 7).row("arbitrator", 4144);

        assertThat(table.lines())
                .containsExactly("NAME        INBOX", "----------  -----", "lucy            7", "arbitrator   4144");
    }

    @Test
    void theFlexibleColumnGivesWayToTheWidthAndLosesNothing() {
        TextTable table = TextTable.of("ID", "REASON");
        table.row(1, "column \"statu\" does not exist").row(2, "");

        assertThat(table.lines(24, 1))
                .containsExactly(
                        "ID  REASON", "--  --------------------", "1   column \"statu\" does", "    not exist", "2");
        assertThat(table.lines()).contains("1   column \"statu\" does not exist");
    }

    @Test
    void aCellOfSeveralLinesKeepsItsColumn() {
        TextTable table = TextTable.of("ID", "QUERY", "MODEL").row(1, "SELECT 1\n  FROM owl", "gemma2");

        assertThat(table.lines())
                .containsExactly(
                        "ID  QUERY       MODEL", "--  ----------  ------", "1   SELECT 1    gemma2", "      FROM owl");
    }

    @Test
    void aWordThatIsLongerThanItsColumnIsBrokenWhereTheColumnEnds() {
        assertThat(TextTable.wrapped("abcdefghij klm", 4)).containsExactly("abcd", "efgh", "ij", "klm");
        assertThat(TextTable.wrapped("", 4)).isEmpty();
    }

    @Test
    void charactersOutsideTheBasicPlaneCountOnce() {
        TextTable table = TextTable.of("OWL", "X").row("🦉🦉🦉", "y");

        assertThat(table.lines()).contains("🦉🦉🦉  y");
    }

    @Test
    void aRowOfAnotherLengthIsRefused() {
        assertThatThrownBy(() -> TextTable.of("A").row(1, 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
