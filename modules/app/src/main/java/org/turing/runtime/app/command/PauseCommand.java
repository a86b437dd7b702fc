package org.turing.runtime.app.command;

import java.util.concurrent.Callable;
import org.turing.runtime.app.access.RuntimeAccess;
import org.turing.runtime.ports.view.RuntimeControl.Target;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code turing pause}. */
@Command(
        name = "pause",
        description = {
            "Keep the runtime, a task type or a model from starting work; what runs goes on.",
            "It lasts until 'turing resume', whatever is restarted meanwhile. Task types that are registered later",
            "are not paused."
        },
        footer = {
            "",
            "Examples:",
            "  turing pause                           everything",
            "  turing pause clara_a                   one task type, by name or id",
            "  turing pause --model mistral-nemo:12b  one model's gate"
        })
final class PauseCommand implements Callable<Integer> {

    @ParentCommand
    private TuringCommand turing;

    @Mixin
    private PartOption part;

    @Override
    public Integer call() throws Exception {
        Target target = part.target();
        return turing.answer(RuntimeAccess.get(turing.settings()).client().pause(target));
    }
}
