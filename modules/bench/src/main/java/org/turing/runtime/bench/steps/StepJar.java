package org.turing.runtime.bench.steps;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.turing.runtime.bench.ScriptsFolder;
import org.turing.runtime.plugin.Step;

/** A jar with one step in it, in a scripts folder, as users would put it there. */
public final class StepJar {

    private static final String NAME = "steps.jar";

    private StepJar() {}

    /** How task types name the step. */
    public static String scriptPath(Class<? extends Step> step) {
        return NAME + "#" + step.getName();
    }

    public static void write(Path folder, Class<? extends Step> step) throws IOException {
        String entry = step.getName().replace('.', '/') + ".class";
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(folder.resolve(NAME)));
                InputStream bytes = ScriptsFolder.open("/" + entry)) {
            jar.putNextEntry(new JarEntry(entry));
            bytes.transferTo(jar);
        }
    }
}
