package org.turing.runtime.scripts;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a script finds in its environment of what the runtime finds in its own. Patterns may hold {@code *} for
 * anything.
 *
 * @param strict whether only what is listed is handed over, not all that is no secret
 * @param pass names and patterns: what is handed over in strict mode. A name without a pattern is handed over in any
 *     mode, even if it looks like a secret, unless it is the runtime's own way into the database
 * @param secrets names and patterns of what is a secret beside what looks like one; case does not matter
 * @param add variables that every script gets, secrets included; they stand above the runtime's own
 */
public record EnvironmentRules(boolean strict, List<String> pass, List<String> secrets, Map<String, String> add) {

    /** The runtime's own less its secrets. */
    public static final EnvironmentRules INHERIT = new EnvironmentRules(false, List.of(), List.of(), Map.of());

    /** The runtime's own way into the database, and into the runtime: never handed over from its environment. */
    private static final Pattern RUNTIMES_OWN =
            Pattern.compile("TURING_(DB|DATABASE)_.*|TURING_.*TOKEN.*|PG[A-Z]+", Pattern.CASE_INSENSITIVE);

    private static final Pattern SECRET_NAME = Pattern.compile(
            ".*(PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIAL|API_?KEY|PRIVATE_KEY|ACCESS_KEY).*", Pattern.CASE_INSENSITIVE);

    /** An address with a password in it, or a word such as -Dturing.db.password=…: DATABASE_URL, JAVA_TOOL_OPTIONS. */
    private static final Pattern SECRET_VALUE =
            Pattern.compile("://[^/\\s@]*:[^/\\s]*@|password\\s*=\\s*\\S", Pattern.CASE_INSENSITIVE);

    private static final int UNLIKELY_BY_CHANCE = 6;

    public EnvironmentRules {
        pass = List.copyOf(pass);
        secrets = List.copyOf(secrets);
        add = Map.copyOf(add);
    }

    public EnvironmentRules withAdditions(Map<String, String> additions) {
        return new EnvironmentRules(strict, pass, secrets, additions);
    }

    /**
     * What is handed over of this environment, and the additions.
     *
     * @param password of the runtime's own database, or null: no variable that holds it is handed over
     */
    Map<String, String> select(Map<String, String> own, @Nullable String password) {
        Map<String, String> selected = new LinkedHashMap<>();
        own.forEach((name, value) -> {
            boolean listed = pass.stream().anyMatch(pattern -> matches(pattern, name, 0));
            boolean open = pass.contains(name) || !looksSecret(name, value);
            boolean runtimesOwn = RUNTIMES_OWN.matcher(name).matches() || holds(value, password);
            if (!runtimesOwn && open && (listed || !strict)) {
                selected.put(name, value);
            }
        });
        selected.putAll(add);
        return selected;
    }

    /** As it is, or as addresses write it. What is short may stand in any value by chance. */
    private static boolean holds(String value, @Nullable String password) {
        if (password == null || password.isEmpty()) {
            return false;
        }
        boolean within = password.length() >= UNLIKELY_BY_CHANCE
                && (value.contains(password) || value.contains(ChildEnvironment.encode(password)));
        return within || value.equals(password);
    }

    private boolean looksSecret(String name, String value) {
        return SECRET_NAME.matcher(name).matches()
                || SECRET_VALUE.matcher(value).find()
                || secrets.stream().anyMatch(pattern -> matches(pattern, name, Pattern.CASE_INSENSITIVE));
    }

    private static boolean matches(String pattern, String name, int flags) {
        String expression = Pattern.quote(pattern).replace("*", "\\E.*\\Q");
        return Pattern.compile(expression, flags).matcher(name).matches();
    }

    /** Without the additions' values, which may be secrets. */
    @Override
    public String toString() {
        return (strict ? "strict, passes " : "inherits, passes ") + pass + ", keeps " + secrets + ", adds "
                + add.keySet();
    }
}
