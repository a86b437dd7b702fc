package org.turing.runtime.app.command;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;

/**
 * What a command finds around itself; tests bring their own.
 *
 * @param out standard output: reports only
 * @param err standard error: errors, progress and the log
 * @param system Java's system properties
 * @param environment the environment variables
 */
public record Surroundings(PrintWriter out, PrintWriter err, Properties system, Map<String, String> environment) {

    /** Those of this process; always UTF-8, whatever the locale says. */
    public static Surroundings ofProcess() {
        return new Surroundings(
                writer(FileDescriptor.out), writer(FileDescriptor.err), System.getProperties(), System.getenv());
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
    }
}
