package org.turing.runtime.app.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.cluster.ClusterConfig;

/**
 * Lays the sources over each other. The library alone would let a file beat the environment, since {@code ${?VARIABLE}}
 * stands in reference.conf below the file; here the environment is a layer of its own above it.
 */
final class SettingsLayers {

    private static final String VARIABLE = "environment variable ";
    private static final ConfigResolveOptions GIVEN_ENVIRONMENT =
            ConfigResolveOptions.defaults().setUseSystemEnvironment(false);

    private final Config reference = ClusterConfig.reference();
    private final Config commandLine;
    private final Config system;
    private final Config file;
    private final Config variables;

    private SettingsLayers(SettingsSources sources) throws SettingsException {
        this.commandLine = parseProperties(properties(sources.commandLine()), "command line");
        this.system = parseProperties(sources.system(), "system property");
        this.file = parseFile(sources.file());
        this.variables = variables(sources.environment());
    }

    /**
     * @return everything resolved, the strongest source on top
     * @throws SettingsException if the file can't be read, or names keys that nobody knows
     */
    static Config merge(SettingsSources sources) throws SettingsException {
        return new SettingsLayers(sources).merge();
    }

    private Config merge() throws SettingsException {
        List<String> unknown = new ArrayList<>();
        UnknownKeys known = new UnknownKeys(reference);
        for (Config layer : List.of(commandLine, system, file)) {
            unknown.addAll(known.in(layer));
        }
        if (!unknown.isEmpty()) {
            throw new SettingsException(unknown);
        }
        try {
            Config stack = commandLine
                    .withFallback(system)
                    .withFallback(fromEnvironment())
                    .withFallback(file)
                    .withFallback(reference);
            return resolve(stack);
        } catch (ConfigException unresolved) {
            throw new SettingsException(List.of(String.valueOf(unresolved.getMessage())));
        }
    }

    /** What reference.conf takes from the environment. */
    private Config fromEnvironment() {
        Config resolved = resolve(reference.withOnlyPath("turing").withFallback(system));
        Config layer = ConfigFactory.empty();
        for (Map.Entry<String, ConfigValue> entry : resolved.getConfig("turing").entrySet()) {
            if (entry.getValue().origin().description().startsWith(VARIABLE)) {
                layer = layer.withValue("turing." + entry.getKey(), entry.getValue());
            }
        }
        return layer;
    }

    /** Fills in the substitutions; the variables are there for them alone and are gone afterwards. */
    private Config resolve(Config stack) {
        ConfigObject resolved =
                stack.withFallback(variables).resolve(GIVEN_ENVIRONMENT).root();
        for (String name : variables.root().keySet()) {
            if (!stack.root().containsKey(name)) {
                resolved = resolved.withoutKey(name);
            }
        }
        return resolved.toConfig();
    }

    private static Config variables(Map<String, String> environment) {
        Map<String, ConfigValue> values = new HashMap<>();
        environment.forEach((name, value) -> {
            if (!value.isEmpty()) {
                values.put(name, ConfigValueFactory.fromAnyRef(value, VARIABLE + name));
            }
        });
        return ConfigValueFactory.fromMap(values, "environment").toConfig();
    }

    private static Properties properties(Map<String, String> values) {
        Properties properties = new Properties();
        values.forEach(properties::setProperty);
        return properties;
    }

    private static Config parseProperties(Properties properties, String origin) throws SettingsException {
        try {
            return ConfigFactory.parseProperties(
                    properties, ConfigParseOptions.defaults().setOriginDescription(origin));
        } catch (ConfigException malformed) {
            throw new SettingsException(List.of(origin + ": " + malformed.getMessage()));
        }
    }

    private static Config parseFile(@Nullable Path file) throws SettingsException {
        if (file == null) {
            return ConfigFactory.empty();
        }
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new SettingsException(List.of("--config " + file + ": "
                    + (Files.exists(file) ? "can't be read as a file" : "there is no such file")));
        }
        try {
            Config parsed = ConfigFactory.parseFile(
                    file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
            ConfigValue turing = parsed.root().get("turing");
            if (turing != null && turing.valueType() != ConfigValueType.OBJECT) {
                throw new SettingsException(
                        List.of(SettingsReader.said("turing", turing) + ": must be an object { … }"));
            }
            return parsed;
        } catch (ConfigException malformed) {
            throw new SettingsException(List.of(told(file, malformed)));
        }
    }

    /** The library quotes what it could not read, which may be a password. */
    private static String told(Path file, ConfigException malformed) throws SettingsException {
        int line = malformed.origin() == null ? 0 : malformed.origin().lineNumber();
        try {
            List<String> lines = Files.readAllLines(file);
            if (line > lines.size() || line > 0 && ShownValue.mayQuote(lines.get(line - 1))) {
                return String.valueOf(malformed.getMessage());
            }
        } catch (IOException unreadable) {
            throw new SettingsException(List.of("--config " + file + ": can't be read: " + unreadable));
        }
        return file + (line > 0 ? ":" + line : "")
                + ": can't be understood; the line is not shown, as it may hold a password. Fix: put values in double"
                + " quotes";
    }
}
