package org.turing.runtime.app.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.app.access.CommandDatabase;
import org.turing.runtime.app.sql.SqlJson;
import org.turing.runtime.app.sql.SqlOutput;
import org.turing.runtime.app.sql.SqlScript;
import org.turing.runtime.app.sql.SqlSession;
import org.turing.runtime.app.sql.SqlTables;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code turing sql}. */
@Command(
        name = "sql",
        description = {
            "Run SQL statements and show their results.",
            "Each statement is committed by itself, unless the script says BEGIN; the first failure ends it."
        },
        footer = {
            "",
            "Examples:",
            "  turing sql \"SELECT task_type_name, enabled FROM task_types\"",
            "  turing sql -f owl.sql",
            "  turing sql -f - < owl.sql",
            "  turing sql --json \"SELECT status, count(*) FROM tickets GROUP BY status\""
        })
final class SqlCommand implements Callable<Integer> {

    @ParentCommand
    private TuringCommand turing;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "A file with statements; - for standard input.")
    private @Nullable String file;

    @Parameters(
            arity = "0..1",
            paramLabel = "STATEMENT",
            description = "One statement, or several with semicolons between them.")
    private @Nullable String statement;

    @Override
    public Integer call() throws Exception {
        SqlScript script = script();
        try (CommandDatabase database = CommandDatabase.open(turing.settings());
                Connection connection = database.connection()) {
            new SqlSession(connection, output()).run(script);
            return 0;
        }
    }

    private SqlScript script() throws Exception {
        String given = file;
        if ((given == null) == (statement == null)) {
            throw new ParameterException(
                    spec.commandLine(), "Name either a STATEMENT or a file with -f (- for standard input)");
        }
        if (given == null) {
            return SqlScript.parse("statement", String.valueOf(statement));
        }
        try {
            return given.equals("-")
                    ? SqlScript.parse("standard input", new String(System.in.readAllBytes(), StandardCharsets.UTF_8))
                    : SqlScript.parse(given, Files.readString(Path.of(given)));
        } catch (IOException unreadable) {
            throw new CommandFailed("file " + given + " can't be read: " + unreadable, unreadable);
        }
    }

    private SqlOutput output() {
        Surroundings surroundings = turing.surroundings();
        return turing.json()
                ? new SqlJson(surroundings.out(), surroundings.err())
                : new SqlTables(surroundings.out(), surroundings.err());
    }
}
