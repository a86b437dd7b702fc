package org.turing.runtime.app.command;

import picocli.CommandLine.IVersionProvider;

/** The program's version, from the jar's manifest. */
public final class Version implements IVersionProvider {

    /** For example {@code 0.1.0}; {@code development} outside the jar. */
    public static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"turing-runtime " + current() + " (Java " + Runtime.version() + ")"};
    }
}
