package org.turing.runtime.monitoring.jmx;

import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/**
 * The names of the runtime's MXBeans. Names that JMX can't take as they are ({@code mistral-nemo:12b}, for the colon)
 * are quoted.
 */
public final class JmxNames {

    /** The domain of all of them. */
    public static final String DOMAIN = "org.turing.runtime";

    private static final String NEEDS_QUOTES = ",=:\"*?\n\r";

    private JmxNames() {}

    /** {@code org.turing.runtime:type=Runtime}. */
    public static ObjectName runtime() {
        return name(DOMAIN + ":type=Runtime");
    }

    /** {@code org.turing.runtime:type=TaskType,name=…}. */
    public static ObjectName taskType(String taskType) {
        return name(DOMAIN + ":type=TaskType,name=" + value(taskType));
    }

    /** {@code org.turing.runtime:type=ModelGate,name=…}. */
    public static ObjectName modelGate(String model) {
        return name(DOMAIN + ":type=ModelGate,name=" + value(model));
    }

    private static String value(String name) {
        boolean quoted = name.isEmpty() || name.chars().anyMatch(letter -> NEEDS_QUOTES.indexOf(letter) >= 0);
        return quoted ? ObjectName.quote(name) : name;
    }

    private static ObjectName name(String text) {
        try {
            return new ObjectName(text);
        } catch (MalformedObjectNameException e) {
            throw new IllegalArgumentException("'" + text + "' can't be the name of an MXBean: " + e.getMessage(), e);
        }
    }
}
