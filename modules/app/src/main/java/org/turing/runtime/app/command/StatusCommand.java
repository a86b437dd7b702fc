package org.turing.runtime.app.command;

import java.util.concurrent.Callable;
import org.turing.runtime.app.access.RuntimeAccess;
import org.turing.runtime.app.report.StatusReport;
import org.turing.runtime.app.report.TerminalWidth;
import org.turing.runtime.ports.view.RuntimeStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code turing status}. */
@Command(
        name = "status",
        description = "Show where the runtime of the data folder, its task types and its gates stand.",
        footer = {"", "Examples:", "  turing status", "  turing status --json"})
final class StatusCommand implements Callable<Integer> {

    @ParentCommand
    private TuringCommand turing;

    @Override
    public Integer call() throws Exception {
        RuntimeStatus status = RuntimeAccess.get(turing.settings()).client().status();
        turing.report(status, String.join("\n", StatusReport.lines(status, TerminalWidth.columns())));
        return 0;
    }
}
