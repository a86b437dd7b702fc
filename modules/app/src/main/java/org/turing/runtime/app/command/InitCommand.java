package org.turing.runtime.app.command;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.app.access.CommandDatabase;
import org.turing.runtime.app.report.GrantsReport;
import org.turing.runtime.app.settings.Settings;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.ReaderGrants;
import org.turing.runtime.database.RegistryImport;
import org.turing.runtime.database.SearchPath;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code turing init}. */
@Command(
        name = "init",
        description = {
            "Bring the database's schema to this program's version, and say which line puts it into the search_path.",
            "Doing it again does no harm. 'turing start' does it too."
        },
        footer = {
            "",
            "Examples:",
            "  turing init",
            "  turing init --import public.task_types    take over a predecessor's task types, ids kept",
            "  turing init --grant                       make a login that can only read, for work_queries"
        })
final class InitCommand implements Callable<Integer> {

    @ParentCommand
    private TuringCommand turing;

    @Option(names = "--import", paramLabel = "TABLE", description = "A predecessor's table of task types to take over.")
    private @Nullable String table;

    @Option(
            names = "--grant",
            description = {
                "Make a login that can only read, and run work_queries with it from the next start on.",
                "Again: grant it what has been registered since."
            })
    private boolean grant;

    /**
     * What was done, as JSON shows it.
     *
     * @param searchPath the line that puts the schema into the search_path; null if it is in effect
     */
    private record Report(
            String database,
            String schema,
            @Nullable String searchPath,
            @Nullable String shadowing,
            RegistryImport.@Nullable Report imported,
            ReaderGrants.@Nullable Report reader) {}

    @Override
    public Integer call() throws Exception {
        Settings settings = turing.settings();
        try (CommandDatabase command = CommandDatabase.open(settings);
                Database database = command.connectAsUser()) {
            database.migrate();
            RegistryImport.Report imported = table == null ? null : new RegistryImport(database).run(table);
            ReaderGrants.Report reader =
                    grant ? new ReaderGrants(database, settings.database().readerToMake()).run() : null;
            SearchPath searchPath = new SearchPath(database);
            Report report = new Report(
                    database.settings().address(),
                    database.settings().schema(),
                    searchPath.isInEffect() ? null : searchPath.hint(),
                    searchPath.shadowing(),
                    imported,
                    reader);
            turing.report(report, text(report));
            return reader == null || reader.missing().isEmpty() ? 0 : TuringCommandLine.FAILED;
        }
    }

    private static String text(Report report) {
        StringBuilder text =
                new StringBuilder("schema '" + report.schema() + "' of " + report.database() + " is ready");
        text.append(
                report.searchPath() == null
                        ? "\nits search_path names the schema"
                        : "\nso that INSERT INTO task_types finds its table, run once:\n  " + report.searchPath());
        if (report.shadowing() != null) {
            text.append("\nnote: INSERT INTO task_types still reaches ")
                    .append(report.shadowing())
                    .append(", which comes first in the search_path. Fix: once nothing needs it, ALTER TABLE ")
                    .append(report.shadowing())
                    .append(" RENAME TO …; until then write ")
                    .append(report.schema())
                    .append(".task_types");
        }
        RegistryImport.Report imported = report.imported();
        if (imported != null) {
            append(text, "taken over", imported.imported());
            append(text, "there already", imported.present());
            imported.notes().forEach(note -> text.append("\nnote: ").append(note));
        }
        if (report.reader() != null) {
            text.append('\n').append(String.join("\n", GrantsReport.lines(report.reader())));
        }
        return text.toString();
    }

    private static void append(StringBuilder text, String label, List<String> names) {
        text.append('\n').append(label).append(": ").append(names.isEmpty() ? "none" : String.join(", ", names));
    }
}
