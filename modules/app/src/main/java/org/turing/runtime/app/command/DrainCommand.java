package org.turing.runtime.app.command;

import java.util.concurrent.Callable;
import org.turing.runtime.app.access.RuntimeAccess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code turing drain}. */
@Command(
        name = "drain",
        description = {
            "Let a node of the cluster finish what runs and take nothing more.",
            "It stays in the cluster, and status says draining, until --undo or the end of its process."
        },
        footer = {
            "",
            "Examples:",
            "  turing status                find its name",
            "  turing drain gpu-2           before its driver is changed, say",
            "  turing drain --undo gpu-2"
        })
final class DrainCommand implements Callable<Integer> {

    @ParentCommand
    private TuringCommand turing;

    @Parameters(paramLabel = "NODE", description = "The node's name, or its address as host:port.")
    private String node;

    @Option(names = "--undo", description = "Let it take work again.")
    private boolean undo;

    @Override
    public Integer call() throws Exception {
        return turing.answer(RuntimeAccess.get(turing.settings()).client().drain(node, undo));
    }
}
