package org.turing.runtime.bench.node;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says in one line why npm could not install, which it does in many. */
final class InstallFailure {

    private static final Pattern ERROR = Pattern.compile("(?m)^npm (?:error|ERR!) (.*\\S)\\s*$");
    private static final int MOST_LINES = 3;

    private InstallFailure() {}

    /** @param message why the command failed, with what it printed if it ran */
    static String inOneLine(String message) {
        List<String> errors = ERROR.matcher(message)
                .results()
                .map(found -> found.group(1))
                .filter(line -> !line.startsWith("A complete log"))
                .limit(MOST_LINES)
                .toList();
        String cause = errors.isEmpty() ? firstLine(message) : String.join("; ", errors);
        return "npm ci failed: " + cause
                + ". Fix: let npm reach a registry ('npm config get registry' names the one it asks)";
    }

    private static String firstLine(String message) {
        Matcher line = Pattern.compile("\\S.*").matcher(message);
        return line.find() ? line.group() : "it said nothing";
    }
}
