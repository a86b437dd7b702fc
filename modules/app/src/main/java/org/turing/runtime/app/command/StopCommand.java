package org.turing.runtime.app.command;

import java.util.Map;
import java.util.concurrent.Callable;
import org.turing.runtime.app.access.RuntimeAccess;
import org.turing.runtime.ports.view.RuntimeControl.Answer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code turing stop}. */
@Command(
        name = "stop",
        description = {
            "Stop the runtime of the data folder and wait for its end.",
            "It claims nothing more and finishes what runs, for as long as turing.work.drain-timeout says.",
            "In a cluster the other nodes go on, unless --all is given."
        },
        footer = {
            "",
            "Examples:",
            "  turing stop          finish what runs",
            "  turing stop --now    end what runs; its subjects are given back",
            "  turing stop --all    all nodes of the cluster, this one last"
        })
final class StopCommand implements Callable<Integer> {

    @ParentCommand
    private TuringCommand turing;

    @Option(names = "--now", description = "End the scripts that run instead of waiting for them.")
    private boolean now;

    @Option(
            names = "--all",
            description = "Stop all nodes of the cluster, one after the other; nothing is claimed on any meanwhile.")
    private boolean all;

    @Override
    public Integer call() throws Exception {
        RuntimeAccess runtime = RuntimeAccess.get(turing.settings());
        Answer answer = all ? runtime.client().stopAll(now) : runtime.client().stop(now);
        if (!answer.done()) {
            throw new CommandFailed(answer.message());
        }
        if (!turing.json()) {
            turing.progress(answer.message());
        }
        ProcessHandle.of(runtime.pid()).ifPresent(process -> process.onExit().join());
        turing.report(Map.of("stopped", true, "pid", runtime.pid()), "stopped (pid " + runtime.pid() + ")");
        return 0;
    }
}
