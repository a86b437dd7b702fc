package org.turing.runtime.app.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads single settings and collects what is wrong with them, so that a user sees every problem at once. A setting with
 * a problem is read as a stand-in value that must not be used: ask {@link #throwIfAnythingIsWrong()} first.
 */
final class SettingsReader {

    private final Config config;
    private final Map<String, String> problems = new LinkedHashMap<>();

    SettingsReader(Config config) {
        this.config = config;
    }

    /** A text that satisfies a condition. */
    String text(String key, Predicate<String> condition, String allowed) {
        ConfigValue value = find(key);
        if (value == null) {
            return "";
        }
        if (value.valueType() != ConfigValueType.OBJECT
                && value.valueType() != ConfigValueType.LIST
                && value.valueType() != ConfigValueType.NULL) {
            String text = String.valueOf(value.unwrapped());
            if (condition.test(text)) {
                return text;
            }
        }
        refuse(key, value, allowed);
        return "";
    }

    /** One of a few words. */
    String oneOf(String key, List<String> words) {
        return text(key, words::contains, "must be one of " + String.join(", ", words));
    }

    /** A whole number within bounds, both included. */
    int number(String key, int least, int most) {
        String allowed = "must be a whole number from " + least + " to " + most;
        String text = text(key, given -> isNumber(given, least, most), allowed);
        return text.isEmpty() ? least : Integer.parseInt(text);
    }

    /** A duration within bounds, both included. */
    Duration duration(String key, Duration least, Duration most) {
        ConfigValue value = find(key);
        if (value == null) {
            return least;
        }
        try {
            Duration duration = config.getDuration(key);
            if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
                return duration;
            }
        } catch (ConfigException notADuration) {
            // said below, in the same words as for one out of bounds
        }
        refuse(
                key,
                value,
                "must be a duration from " + spoken(least) + " to " + spoken(most) + ", such as 500ms, 5s or 2h");
        return least;
    }

    /**
     * A size in bytes within bounds, both included.
     *
     * @param orNone whether 0 is allowed too, which means that there is no limit
     */
    long bytes(String key, long least, long most, boolean orNone) {
        ConfigValue value = find(key);
        if (value == null) {
            return least;
        }
        try {
            long bytes = config.getBytes(key);
            if (bytes >= least && bytes <= most || orNone && bytes == 0) {
                return bytes;
            }
        } catch (ConfigException notASize) {
            // said below, in the same words as for one out of bounds
        }
        refuse(key, value, "must be " + (orNone ? "0 or " : "") + "a number or size from " + least + " to " + most);
        return least;
    }

    /** A list of texts; a text is a list of what its commas separate, so that a variable can be one. */
    List<String> texts(String key) {
        ConfigValue value = find(key);
        if (value == null) {
            return List.of();
        }
        if (value.valueType() == ConfigValueType.STRING) {
            return Arrays.stream(value.unwrapped().toString().split(","))
                    .map(String::strip)
                    .filter(text -> !text.isEmpty())
                    .toList();
        }
        if (value instanceof ConfigList list
                && list.stream().allMatch(item -> item.valueType() == ConfigValueType.STRING)) {
            return list.stream().map(item -> item.unwrapped().toString()).toList();
        }
        refuse(key, value, "must be a list of texts, such as [A, B]");
        return List.of();
    }

    /**
     * A list of objects; a text is read as one, so that a variable can be one.
     *
     * @throws ConfigException if it is something else
     */
    List<? extends Config> objects(String key) {
        ConfigValue value = find(key);
        if (value == null || "".equals(value.unwrapped())) {
            return List.of();
        }
        return value.valueType() == ConfigValueType.STRING
                ? ConfigFactory.parseString("list = " + value.unwrapped()).getConfigList("list")
                : config.getConfigList(key);
    }

    /** Environment variables: names with a text or a number each. */
    Map<String, String> variables(String key) {
        ConfigValue value = find(key);
        Map<String, String> variables = new LinkedHashMap<>();
        if (value instanceof ConfigObject object) {
            for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
                Object given = entry.getValue().unwrapped();
                boolean plain = given instanceof String || given instanceof Number || given instanceof Boolean;
                boolean named = !entry.getKey().isEmpty() && !entry.getKey().contains("=");
                String text = String.valueOf(given);
                if (!plain || !named || (entry.getKey() + text).indexOf('\0') >= 0) {
                    refuse(
                            key,
                            value,
                            "must be names with a text each, such as { LANG = C }; a name with dots in quotes");
                }
                variables.put(entry.getKey(), text);
            }
        } else if (value != null) {
            refuse(key, value, "must be an object such as { LANG = C }");
        }
        return variables;
    }

    /** A path; a relative one counts from the current folder. */
    Path path(String key) {
        String text = text(key, given -> !given.isEmpty() && isPath(given), "must be a path");
        return Path.of(text).toAbsolutePath().normalize();
    }

    /** Refuses a value for a reason that involves another one, unless either has been refused already. */
    void refuse(String key, String other, String allowed) {
        ConfigValue value = find(key);
        if (value != null && !problems.containsKey(key) && !problems.containsKey(other)) {
            refuse(key, value, allowed);
        }
    }

    void throwIfAnythingIsWrong() throws SettingsException {
        if (!problems.isEmpty()) {
            throw new SettingsException(List.copyOf(problems.values()));
        }
    }

    /** Key, value and where it was said. */
    static String said(String key, ConfigValue value) {
        return key + " = " + ShownValue.of(key, value) + " (" + origin(value.origin()) + ")";
    }

    /** Key and where it was said. */
    static String where(String key, ConfigValue value) {
        return key + " (" + origin(value.origin()) + ")";
    }

    private static String origin(ConfigOrigin origin) {
        String file = origin.filename();
        if (file != null && origin.lineNumber() > 0) {
            return file + ":" + origin.lineNumber();
        }
        return origin.description();
    }

    private void refuse(String key, ConfigValue value, String allowed) {
        problems.put(key, said(key, value) + ": " + allowed);
    }

    /** The value, or null if there is none to read; then the problem has been noted. */
    private @Nullable ConfigValue find(String key) {
        ConfigValue value = config.root();
        String path = "";
        for (String name : ConfigUtil.splitPath(key)) {
            if (!(value instanceof ConfigObject object)) {
                problems.put(path, said(path, value) + ": must be an object { … }");
                return null;
            }
            value = object.get(name);
            path = path.isEmpty() ? name : path + "." + name;
            if (value == null) {
                problems.put(path, path + ": is missing");
                return null;
            }
        }
        return value;
    }

    private static boolean isNumber(String text, int least, int most) {
        try {
            int number = Integer.parseInt(text);
            return number >= least && number <= most;
        } catch (NumberFormatException notANumber) {
            return false;
        }
    }

    private static boolean isPath(String text) {
        try {
            Path.of(text);
            return true;
        } catch (InvalidPathException notAPath) {
            return false;
        }
    }

    private static String spoken(Duration duration) {
        if (duration.toMillis() % 1000 != 0) {
            return duration.toMillis() + "ms";
        }
        long seconds = duration.toSeconds();
        if (seconds % 86_400 == 0 && seconds > 0) {
            return seconds / 86_400 + "d";
        }
        return seconds % 3_600 == 0 && seconds > 0 ? seconds / 3_600 + "h" : seconds + "s";
    }
}
