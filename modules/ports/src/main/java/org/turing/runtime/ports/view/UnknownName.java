package org.turing.runtime.ports.view;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.turing.runtime.domain.Spelling;

/** Somebody named what does not exist; the message says what may have been meant. */
public final class UnknownName extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int LISTED = 20;

    public UnknownName(String message) {
        super(message);
    }

    /**
     * What is said of a name that does not exist.
     *
     * @param kind what it would be, such as "task type"
     * @param name what was named
     * @param there the names of those that there are
     */
    public static String say(String kind, String name, Collection<String> there) {
        List<String> near = Spelling.near(name, there);
        String instead = there.isEmpty()
                ? "None is registered"
                : near.isEmpty() ? "Registered: " + listed(there) : "Did you mean " + String.join(" or ", near) + "?";
        return "there is no " + kind + " '" + name + "'. " + instead;
    }

    private static String listed(Collection<String> names) {
        Stream<String> shown = names.stream().sorted().limit(LISTED);
        return String.join(", ", shown.toList()) + (names.size() > LISTED ? ", … (" + names.size() + " in all)" : "");
    }
}
