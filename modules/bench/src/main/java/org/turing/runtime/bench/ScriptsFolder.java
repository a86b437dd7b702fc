package org.turing.runtime.bench;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Scripts from the class path, with the example's PostgreSQL client in plain Python, so that none needs psycopg2. */
public final class ScriptsFolder {

    private static final String EXAMPLE = "/examples/owl/";
    private static final List<String> CLIENT = List.of("core/__init__.py", "core/database.py", "core/lines.py");

    private ScriptsFolder() {}

    /**
     * Writes scripts and client into a folder, which is created if there is none.
     *
     * @param from where the scripts are on the class path, with a slash at both ends
     * @return the folder
     */
    public static Path create(Path folder, String from, List<String> scripts) throws IOException {
        Files.createDirectories(folder.resolve("core"));
        for (String script : scripts) {
            copy(from + script, folder.resolve(script));
        }
        for (String file : CLIENT) {
            copy(EXAMPLE + file, folder.resolve(file));
        }
        return folder;
    }

    private static void copy(String resource, Path target) throws IOException {
        try (InputStream bytes = open(resource)) {
            Files.copy(bytes, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    public static InputStream open(String resource) throws IOException {
        InputStream bytes = ScriptsFolder.class.getResourceAsStream(resource);
        if (bytes == null) {
            throw new FileNotFoundException(
                    resource + " is not on the class path. Fix: run as the module's README.md says");
        }
        return bytes;
    }
}
