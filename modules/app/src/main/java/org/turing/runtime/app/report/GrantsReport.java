package org.turing.runtime.app.report;

import java.util.ArrayList;
import java.util.List;
import org.turing.runtime.database.ReaderGrants;

/** What 'init --grant' did, for people. */
public final class GrantsReport {

    private GrantsReport() {}

    /** One thing a line, statements indented so that they can be copied. */
    public static List<String> lines(ReaderGrants.Report report) {
        List<String> lines = new ArrayList<>();
        lines.add("login '" + report.role() + "' " + (report.created() ? "was made" : "is there")
                + "; runtimes run work_queries with it from their next start on");
        statements(lines, report.granted().isEmpty() ? "nothing new to grant" : "granted:", report.granted());
        if (!report.missing().isEmpty()) {
            statements(lines, "not this user's to grant; let the owners run:", report.missing());
        }
        report.faulted().forEach(fault -> lines.add("note: " + fault));
        if (!report.further().isEmpty()) {
            statements(
                    lines,
                    "once further task types are registered run this again, or let it read what is to come too:",
                    report.further());
        }
        return lines;
    }

    private static void statements(List<String> lines, String what, List<String> statements) {
        lines.add(what);
        statements.forEach(statement -> lines.add("  " + statement));
    }
}
