package org.turing.runtime.app.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.turing.runtime.domain.Spelling;

/**
 * Finds keys under {@code turing} that no reference.conf names. They are refused: a misspelt key that is passed over
 * costs its author a night with the default.
 */
final class UnknownKeys {

    /** Read by the project's own tests, as a system property. */
    private static final String TESTS = "turing.test";

    private final ConfigObject known;
    private final TreeSet<String> leaves = new TreeSet<>();

    /** @param reference all reference.conf together; need not be resolved */
    UnknownKeys(Config reference) {
        this.known = (ConfigObject) reference.root().get("turing");
        collectLeaves("turing", known);
    }

    /** One line for each unknown key of a layer. */
    List<String> in(Config layer) {
        List<String> problems = new ArrayList<>();
        if (layer.root().get("turing") instanceof ConfigObject turing) {
            compare("turing", turing, known, problems);
        }
        return problems;
    }

    private void compare(String path, ConfigObject given, ConfigObject reference, List<String> problems) {
        for (Map.Entry<String, ConfigValue> entry : new TreeMap<>(given).entrySet()) {
            String key = path + "." + entry.getKey();
            ConfigValue expected = reference.get(entry.getKey());
            if (expected == null && entry.getValue() instanceof ConfigObject object && !key.equals(TESTS)) {
                compare(key, object, ConfigFactory.empty().root(), problems);
            } else if (expected == null && !key.equals(TESTS)) {
                problems.add(SettingsReader.where(key, entry.getValue()) + ": there is no such setting. Did you mean "
                        + nearest(key) + "?");
            } else if (expected instanceof ConfigObject inner
                    && !inner.isEmpty() // an empty one takes names of the user's own
                    && entry.getValue() instanceof ConfigObject object) {
                compare(key, object, inner, problems);
            }
        }
    }

    private void collectLeaves(String path, ConfigObject object) {
        object.forEach((name, value) -> {
            if (value instanceof ConfigObject inner && !inner.isEmpty()) {
                collectLeaves(path + "." + name, inner);
            } else {
                leaves.add(path + "." + name);
            }
        });
    }

    private String nearest(String key) {
        return leaves.stream()
                .min(Comparator.comparingInt(leaf -> Spelling.distance(key, leaf)))
                .orElseThrow();
    }
}
