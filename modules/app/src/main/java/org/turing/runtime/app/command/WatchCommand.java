package org.turing.runtime.app.command;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.app.access.CommandDatabase;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.TableWatch;
import org.turing.runtime.domain.Relation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code turing watch}. */
@Command(
        name = "watch",
        description = {
            "Let a table tell when it changes, so that task types that read it look at once, whoever changed it.",
            "Installs a trigger that fires once for each statement. Without a table: list those that are watched."
        },
        footer = {"", "Examples:", "  turing watch public.owl", "  turing watch public.owl --remove", "  turing watch"})
final class WatchCommand implements Callable<Integer> {

    @ParentCommand
    private TuringCommand turing;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "TABLE", description = "The table, as SQL would name it.")
    private @Nullable String table;

    @Option(names = "--remove", description = "Take the trigger away.")
    private boolean remove;

    /** How the watches stand, as JSON shows them. */
    private record Report(@Nullable Relation changed, List<Relation> watched) {}

    @Override
    public Integer call() throws Exception {
        if (table == null && remove) {
            throw new ParameterException(spec.commandLine(), "Name the TABLE that is to be watched no more");
        }
        try (CommandDatabase command = CommandDatabase.open(turing.settings());
                Database database = command.connect()) {
            TableWatch watch = new TableWatch(database);
            Relation changed = table == null ? null : remove ? watch.unwatch(table) : watch.watch(table);
            List<Relation> watched = watch.watched();
            turing.report(new Report(changed, watched), text(changed, watched));
            return 0;
        }
    }

    private String text(@Nullable Relation changed, List<Relation> watched) {
        if (changed != null) {
            return changed + (remove ? " is watched no more" : " is watched");
        }
        return watched.isEmpty()
                ? "no table is watched"
                : String.join("\n", watched.stream().map(Relation::toString).toList());
    }
}
