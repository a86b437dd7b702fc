package org.turing.runtime.app.command;

import java.util.concurrent.Callable;
import org.turing.runtime.app.access.RuntimeAccess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code turing cancel}. */
@Command(
        name = "cancel",
        description = {
            "End a running ticket with its whole process group, on whichever node it runs.",
            "It uses up no attempt; its subject is set aside until 'turing retry'."
        },
        footer = {"", "Examples:", "  turing tickets --status running    find its number", "  turing cancel 71"})
final class CancelCommand implements Callable<Integer> {

    @ParentCommand
    private TuringCommand turing;

    @Parameters(paramLabel = "TICKET", description = "The ticket's number.")
    private long ticket;

    @Override
    public Integer call() throws Exception {
        return turing.answer(RuntimeAccess.get(turing.settings()).client().cancel(ticket));
    }
}
