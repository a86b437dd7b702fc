package org.turing.runtime.app.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;

/** Results as one JSON array with an object for each statement: its rows, or what it changed. */
public final class SqlJson implements SqlOutput {

    private static final JsonMapper JSON = new JsonMapper();
    private static final JsonNodeFactory NODES = JSON.getNodeFactory();

    private final PrintWriter out;
    private final PrintWriter err;
    private final ArrayNode results = NODES.arrayNode();

    public SqlJson(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public void rows(ResultSet rows) throws SQLException {
        ArrayNode array = results.addObject().putArray("rows");
        ResultSetMetaData columns = rows.getMetaData();
        while (rows.next()) {
            ObjectNode row = array.addObject();
            for (int column = 1; column <= columns.getColumnCount(); column++) {
                row.set(columns.getColumnLabel(column), value(rows, column, columns));
            }
        }
    }

    @Override
    public void done(String command, long changed) {
        results.addObject().put("command", command).put("changed", changed);
    }

    @Override
    public void notice(String message) {
        err.println(message);
    }

    @Override
    public void end() {
        out.println(results.toPrettyString());
        out.flush();
    }

    private static JsonNode value(ResultSet rows, int column, ResultSetMetaData columns) throws SQLException {
        String text = rows.getString(column);
        if (text == null) {
            return NODES.nullNode();
        }
        String type = columns.getColumnTypeName(column);
        if (type.equals("json") || type.equals("jsonb")) {
            return parsed(text);
        }
        return switch (columns.getColumnType(column)) {
            case Types.SMALLINT, Types.INTEGER, Types.BIGINT -> NODES.numberNode(rows.getLong(column));
            case Types.REAL, Types.FLOAT, Types.DOUBLE -> floating(rows.getDouble(column));
            case Types.NUMERIC, Types.DECIMAL -> numeric(text);
            case Types.BIT, Types.BOOLEAN ->
                type.equals("bool") ? NODES.booleanNode(rows.getBoolean(column)) : NODES.textNode(text);
            default -> NODES.textNode(text);
        };
    }

    private static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException unreadable) {
            // PostgreSQL's json keeps what Jackson may refuse, such as very deep nesting.
            return NODES.textNode(text);
        }
    }

    /** JSON has no NaN and no infinity. */
    private static JsonNode floating(double value) {
        return Double.isFinite(value) ? NODES.numberNode(value) : NODES.textNode(String.valueOf(value));
    }

    private static JsonNode numeric(String text) {
        return text.matches("-?[0-9.]+") ? NODES.numberNode(new BigDecimal(text)) : NODES.textNode(text);
    }
}
