package org.turing.runtime.app.sql;

import java.io.PrintWriter;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Set;
import org.turing.runtime.app.report.TextTable;

/** Results as aligned tables. */
public final class SqlTables implements SqlOutput {

    private static final Set<Integer> NUMBERS = Set.of(
            Types.SMALLINT,
            Types.INTEGER,
            Types.BIGINT,
            Types.NUMERIC,
            Types.DECIMAL,
            Types.REAL,
            Types.FLOAT,
            Types.DOUBLE);

    private final PrintWriter out;
    private final PrintWriter err;

    public SqlTables(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public void rows(ResultSet rows) throws SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        String[] headings = new String[columns.getColumnCount()];
        for (int column = 0; column < headings.length; column++) {
            headings[column] = columns.getColumnLabel(column + 1);
        }
        TextTable table = TextTable.of(headings);
        for (int column = 0; column < headings.length; column++) {
            if (NUMBERS.contains(columns.getColumnType(column + 1))) {
                table.numbers(column);
            }
        }
        long count = 0;
        while (rows.next()) {
            Object[] cells = new Object[headings.length];
            for (int column = 0; column < cells.length; column++) {
                String text = rows.getString(column + 1);
                cells[column] = text == null ? "" : text;
            }
            table.row(cells);
            count++;
        }
        table.lines().forEach(out::println);
        out.println(count == 1 ? "(1 row)" : "(" + count + " rows)");
    }

    @Override
    public void done(String command, long changed) {
        boolean counts =
                Set.of("INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "WITH").contains(command);
        out.println(counts ? command + " " + changed : command);
    }

    @Override
    public void notice(String message) {
        out.flush();
        err.println(message);
    }

    @Override
    public void end() {
        out.flush();
    }
}
