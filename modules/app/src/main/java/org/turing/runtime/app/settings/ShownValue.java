package org.turing.runtime.app.settings;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What of a setting's value may be shown in a message: never a password, and of an address only where it leads. */
final class ShownValue {

    private static final Pattern SECRET = Pattern.compile("(?i)passw|secret|token");
    private static final Pattern ADDRESS = Pattern.compile("(?s)\"?([a-z:]{0,40}://)?(.*@)?([^?]*).*");
    private static final String HIDDEN = "(hidden)";

    private ShownValue() {}

    static String of(String key, ConfigValue value) {
        if (value.valueType() == ConfigValueType.OBJECT) {
            return "{ … }";
        }
        String shown = value.render(ConfigRenderOptions.concise());
        if (SECRET.matcher(key).find()) {
            return HIDDEN;
        }
        return key.endsWith("url")
                        || shown.contains("://")
                        || SECRET.matcher(shown).find()
                ? address(shown)
                : shown;
    }

    /** Whether a line of a settings file may be quoted. */
    static boolean mayQuote(String line) {
        return !SECRET.matcher(line).find() && !line.contains("url") && !line.contains("://");
    }

    /**
     * Whoever writes an address that can't be understood may have put the password anywhere before the last {@code @}.
     */
    private static String address(String shown) {
        Matcher parts = ADDRESS.matcher(shown);
        if (!parts.matches() || parts.group(2) == null) {
            return shown.matches("(?s)\"?[a-z]{1,20}://[A-Za-z0-9.-]{1,253}(/[A-Za-z0-9_]{0,63})?\"?") ? shown : HIDDEN;
        }
        String scheme = parts.group(1) == null ? "" : parts.group(1);
        return '"' + scheme + HIDDEN + "@" + parts.group(3).replace("\"", "") + '"';
    }
}
