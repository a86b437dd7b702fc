package org.turing.runtime.app.command;

import java.util.Map;
import java.util.concurrent.Callable;
import org.turing.runtime.app.access.CommandDatabase;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code turing db}. */
@Command(
        name = "db",
        synopsisSubcommandLabel = "COMMAND",
        description = "About the database.",
        subcommands = DbCommand.Url.class,
        footer = {"", "Examples:", "  turing db url"})
final class DbCommand implements Callable<Integer> {

    @ParentCommand
    private TuringCommand turing;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Missing command: url");
    }

    /** {@code turing db url}. */
    @Command(
            name = "url",
            description = {
                "Print the database's address, with role and password, as psql and psycopg2 take it.",
                "An embedded database answers there for as long as a runtime runs."
            },
            footer = {"", "Examples:", "  psql \"$(turing db url)\""})
    static final class Url implements Callable<Integer> {

        @ParentCommand
        private DbCommand db;

        @Override
        public Integer call() throws Exception {
            try (CommandDatabase database = CommandDatabase.open(db.turing.settings())) {
                String url = database.settings().libpqUrl();
                db.turing.report(Map.of("url", url), url);
                return 0;
            }
        }
    }
}
