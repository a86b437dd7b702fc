package org.turing.runtime.app.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.app.settings.Settings;
import org.turing.runtime.app.settings.SettingsException;
import org.turing.runtime.app.settings.SettingsSources;
import org.turing.runtime.monitoring.json.Json;
import org.turing.runtime.ports.view.RuntimeControl.Answer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The program's name, and the options that every command takes. */
@Command(
        name = "turing",
        versionProvider = Version.class,
        synopsisSubcommandLabel = "[COMMAND]",
        subcommands = {
            DemoCommand.class,
            StartCommand.class,
            StopCommand.class,
            DrainCommand.class,
            StatusCommand.class,
            CheckCommand.class,
            InitCommand.class,
            WatchCommand.class,
            RunCommand.class,
            TicketsCommand.class,
            TraceCommand.class,
            RetryCommand.class,
            CancelCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            SqlCommand.class,
            DbCommand.class
        },
        description = {
            "Runs LLM pipelines on a few GPUs over data in PostgreSQL.",
            "Without a command: starts the runtime, as 'turing start' does."
        },
        footer = {
            "",
            "Examples:",
            "  turing demo                        run the OWL example to its end",
            "  turing                             start the runtime; Ctrl-C stops it",
            "  turing --config conf/turing.conf   with settings of your own",
            "  turing COMMAND --help              more about a command",
            "",
            "Exit codes: 0 done, 1 failed, 2 usage or configuration.",
        })
public final class TuringCommand {

    private final Surroundings surroundings;
    private final Map<String, String> defines = new LinkedHashMap<>();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    private boolean version;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Settings file; conf/turing.conf is one to start from.")
    private @Nullable Path config;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Data folder (turing.data). Default: ~/.turing-runtime.")
    private @Nullable String data;

    @Option(
            names = "-D",
            paramLabel = "turing.KEY=VALUE",
            mapFallbackValue = "",
            scope = ScopeType.INHERIT,
            description = "One setting; repeatable.")
    private void define(Map<String, String> given) {
        // Called once for those before the command and once for those behind it.
        defines.putAll(given);
    }

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Report as JSON.")
    private boolean json;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show stack traces, and log in detail.")
    private boolean debug;

    TuringCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    boolean json() {
        return json;
    }

    boolean debug() {
        return debug;
    }

    /** What of this command line tells another runtime the same; without what is secret or each one's own. */
    List<String> toPassOn() {
        List<String> arguments = new ArrayList<>();
        if (config != null) {
            arguments.addAll(List.of("--config", config.toAbsolutePath().toString()));
        }
        if (debug) {
            arguments.add("--debug");
        }
        defines.forEach((key, value) -> {
            if (!key.startsWith("turing.db.") && !key.startsWith("turing.scripts.environment.")) {
                arguments.add("-D" + key + "=" + value);
            }
        });
        return arguments;
    }

    /** Shows a report: as JSON where that is asked for, else the text. */
    void report(Object report, String text) {
        print(json ? Json.writeIndented(report) : text);
    }

    /** Shows a report as it stands. */
    void print(String text) {
        surroundings.out().println(text);
        surroundings.out().flush();
    }

    /** Tells people how things go, beside the report. */
    void progress(String text) {
        surroundings.err().println(text);
        surroundings.err().flush();
    }

    /** Shows a runtime's answer; what it did not do is a failure. */
    int answer(Answer answer) throws CommandFailed {
        if (!answer.done()) {
            throw new CommandFailed(answer.message());
        }
        report(answer, answer.message());
        return 0;
    }

    /**
     * The settings from all sources, checked.
     *
     * @throws SettingsException if anything is wrong with them
     */
    Settings settings() throws SettingsException {
        return settings(Map.of());
    }

    /**
     * The same, with some keys set by the command itself, above all sources.
     *
     * @throws SettingsException if anything is wrong with them
     */
    Settings settings(Map<String, String> byCommand) throws SettingsException {
        Map<String, String> commandLine = new LinkedHashMap<>(defines);
        if (data != null) {
            commandLine.put("turing.data", data);
        }
        if (debug) {
            commandLine.putIfAbsent("turing.log.level", "debug");
        }
        commandLine.putAll(byCommand);
        return Settings.load(
                new SettingsSources(commandLine, surroundings.system(), surroundings.environment(), config));
    }
}
