package org.turing.runtime.actors.cluster;

import java.util.Locale;

/** What a node offers to the cluster. */
public enum Role {
    /** Task types and gates live here. */
    CONTROL,
    /** Scripts run here. */
    WORKER;

    /** Its name in settings, in Pekko and for people. */
    public String inConfig() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads its name in settings.
     *
     * @throws IllegalArgumentException if there is no such role
     */
    public static Role ofConfig(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
