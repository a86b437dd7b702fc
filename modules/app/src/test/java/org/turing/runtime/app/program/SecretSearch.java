package org.turing.runtime.app.program;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/** Looks for a secret wherever a program can leave one, plain or in Base64. */
final class SecretSearch {

    private static final String PROC = "/proc";

    private final List<String> forms;

    /** @param secret ASCII of which no quoting changes anything */
    SecretSearch(String secret) {
        this.forms = new ArrayList<>(List.of(secret));
        for (int before = 0; before < 3; before++) {
            forms.add(inBase64(secret, before));
        }
    }

    /** What Base64 makes of it behind so many bytes (modulo 3), less the ends that share bits with neighbours. */
    private static String inBase64(String secret, int before) {
        byte[] bytes = ("x".repeat(before) + secret).getBytes(StandardCharsets.US_ASCII);
        return Base64.getEncoder().encodeToString(bytes).substring(before == 0 ? 0 : before + 1, bytes.length * 8 / 6);
    }

    boolean isIn(String text) {
        return forms.stream().anyMatch(text::contains);
    }

    /** The files below a folder that hold it. */
    List<Path> files(Path folder) throws IOException {
        List<Path> holding = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (isIn(content(file))) {
                    holding.add(folder.relativize(file));
                }
            }
        }
        return holding;
    }

    /** The command lines of any process of this machine that show it, as {@code ps} would. */
    List<String> commandLines() throws IOException {
        List<String> showing = new ArrayList<>();
        try (Stream<Path> processes = Files.list(Path.of(PROC))) {
            for (Path process : processes.toList()) {
                if (process.getFileName().toString().matches("[0-9]+")) {
                    String line = content(process.resolve("cmdline"));
                    if (isIn(line)) {
                        showing.add(line.replace('\0', ' '));
                    }
                }
            }
        }
        return showing;
    }

    boolean isInEnvironment(long pid) throws IOException {
        return isIn(content(Path.of(PROC, Long.toString(pid), "environ")));
    }

    /** The tables of a schema that hold it, and {@code pg_stat_activity} if that shows it. */
    List<String> tables(Connection connection, String schema) throws SQLException {
        List<String> holding = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>(List.of("pg_stat_activity"));
            try (ResultSet row = statement.executeQuery(
                    "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables"
                            + " WHERE schemaname = '" + schema + "'")) {
                while (row.next()) {
                    tables.add(row.getString(1));
                }
            }
            for (String table : tables) {
                try (ResultSet row = statement.executeQuery("SELECT CAST(t AS text) FROM " + table + " t")) {
                    while (row.next()) {
                        if (isIn(row.getString(1))) {
                            holding.add(table);
                        }
                    }
                }
            }
        }
        return holding;
    }

    private static String content(Path file) throws IOException {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException ended) {
            return "";
        } catch (IOException unreadable) {
            if (file.startsWith(PROC)) {
                return ""; // a process that ended while it was read
            }
            throw unreadable;
        }
    }
}
