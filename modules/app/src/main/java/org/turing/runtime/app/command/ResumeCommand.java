package org.turing.runtime.app.command;

import java.util.concurrent.Callable;
import org.turing.runtime.app.access.RuntimeAccess;
import org.turing.runtime.ports.view.RuntimeControl.Target;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code turing resume}. */
@Command(
        name = "resume",
        description = "Undo 'turing pause'.",
        footer = {
            "",
            "Examples:",
            "  turing resume                           everything",
            "  turing resume clara_a                   one task type, by name or id",
            "  turing resume --model mistral-nemo:12b  one model's gate"
        })
final class ResumeCommand implements Callable<Integer> {

    @ParentCommand
    private TuringCommand turing;

    @Mixin
    private PartOption part;

    @Override
    public Integer call() throws Exception {
        Target target = part.target();
        return turing.answer(RuntimeAccess.get(turing.settings()).client().resume(target));
    }
}
