package org.turing.runtime.app.command;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.app.settings.Settings;
import org.turing.runtime.app.settings.SettingsException;
import org.turing.runtime.app.settings.SettingsSources;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The program's name, and the options that every command takes. */
@Command(
        name = "turing",
        versionProvider = Version.class,
        synopsisSubcommandLabel = "[COMMAND]",
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
    private Map<String, String> defines = new LinkedHashMap<>();

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

    /**
     * The settings from all sources, checked.
     *
     * @throws SettingsException if anything is wrong with them
     */
    Settings settings() throws SettingsException {
        Map<String, String> commandLine = new LinkedHashMap<>(defines);
        if (data != null) {
            commandLine.put("turing.data", data);
        }
        if (debug) {
            commandLine.putIfAbsent("turing.log.level", "debug");
        }
        return Settings.load(
                new SettingsSources(commandLine, surroundings.system(), surroundings.environment(), config));
    }
}
