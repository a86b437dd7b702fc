package org.turing.runtime.app.command;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.turing.runtime.app.inspection.Finding;
import org.turing.runtime.app.inspection.Finding.Verdict;
import org.turing.runtime.app.program.Check;
import org.turing.runtime.app.report.TerminalWidth;
import org.turing.runtime.app.report.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code turing check}. */
@Command(
        name = "check",
        description = {
            "Look at everything that a runtime needs: database, Python, scripts folder, and of every task type its",
            "query, its script and its model. Exit code 1 if anything is wrong; warnings are no failure."
        },
        footer = {"", "Examples:", "  turing check", "  turing check --json"})
final class CheckCommand implements Callable<Integer> {

    @ParentCommand
    private TuringCommand turing;

    @Override
    public Integer call() throws Exception {
        List<Finding> findings = Check.of(turing.settings());
        TextTable table = TextTable.of("VERDICT", "WHAT", "FOUND");
        findings.forEach(finding -> table.row(
                finding.verdict() == Verdict.WRONG
                        ? "WRONG"
                        : finding.verdict().name().toLowerCase(Locale.ROOT),
                finding.thing(),
                finding.message()));
        turing.report(findings, String.join("\n", table.lines(TerminalWidth.columns(), 2)));
        return findings.stream().anyMatch(finding -> finding.verdict() == Verdict.WRONG) ? TuringCommandLine.FAILED : 0;
    }
}
