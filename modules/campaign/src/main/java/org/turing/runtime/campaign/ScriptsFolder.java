package org.turing.runtime.campaign;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The scripts of the work load, with the example's PostgreSQL client in plain Python, so that none needs psycopg2. */
final class ScriptsFolder {

    /** What it is called within a round's folder. */
    static final String NAME = "scripts";

    private static final List<String> SCRIPTS =
            List.of("ledger.py", "letter.py", "verdict.py", "parcel.py", "crate.py", "deed.py");
    private static final List<String> BORROWED = List.of("core/__init__.py", "core/database.py", "core/lines.py");

    private ScriptsFolder() {}

    static Path create(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("core"));
        for (String script : SCRIPTS) {
            copy("/org/turing/runtime/campaign/scripts/" + script, folder.resolve(script));
        }
        for (String script : BORROWED) {
            copy("/examples/owl/" + script, folder.resolve(script));
        }
        return folder;
    }

    private static void copy(String resource, Path target) throws IOException {
        try (InputStream bytes = ScriptsFolder.class.getResourceAsStream(resource)) {
            if (bytes == null) {
                throw new FileNotFoundException(
                        resource + " is not on the class path. Fix: run as docs/reliability.md says");
            }
            Files.copy(bytes, target);
        }
    }
}
