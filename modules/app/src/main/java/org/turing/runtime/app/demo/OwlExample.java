package org.turing.runtime.app.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Puts the OWL example in place: its scripts into a folder, its tables, task types and terms into a database. */
public final class OwlExample {

    /** The pipeline's name in {@code task_types}. */
    public static final String PIPELINE = "owl";

    /** The task types in the order of the pipeline; those of one stage read the same rows and may run together. */
    public static final List<List<String>> STAGES = List.of(
            List.of("lucy"),
            List.of("alma"),
            List.of("carl"),
            List.of("clara_a", "clara_b"),
            List.of("arbitrator"),
            List.of("commit"));

    private static final String ROOT = "/examples/owl";
    private static final String SQL = ROOT + "/owl.sql";
    private static final String TRAINING_FILE = "training.tsv";

    private final OwlData data;
    private final String schema;

    /**
     * @param data the terms
     * @param schema the runtime's schema, where {@code task_types} and {@code models} are
     */
    public OwlExample(OwlData data, String schema) {
        this.data = data;
        this.schema = schema;
    }

    /** Every task type's name, in the order of the pipeline. */
    public static List<String> taskTypes() {
        return STAGES.stream().flatMap(List::stream).toList();
    }

    /**
     * Copies the example out of the jar and adds the training terms. What was unpacked before is replaced; other files
     * stay.
     *
     * @param scriptsFolder the scripts folder of the runtime that will run it; created if it is missing
     */
    public void unpack(Path scriptsFolder) throws IOException {
        Files.createDirectories(scriptsFolder);
        URL url = resource();
        if (url.openConnection() instanceof JarURLConnection jar) {
            Path file = Path.of(toUri(jar.getJarFileURL()));
            try (FileSystem content = FileSystems.newFileSystem(file)) {
                copy(content.getPath(ROOT), scriptsFolder);
            }
        } else {
            copy(Path.of(toUri(url)).getParent(), scriptsFolder);
        }
        data.writeTraining(scriptsFolder.resolve(TRAINING_FILE));
    }

    /**
     * Creates the tables, the models and the task types, and loads the terms; what was there of an earlier run is
     * dropped. Ids go on counting, so that to the runtime these are new subjects.
     *
     * @param connection in auto-commit mode
     */
    public void install(Connection connection) throws SQLException, IOException {
        String script;
        try (InputStream sql = resource().openStream()) {
            script = new String(sql.readAllBytes(), StandardCharsets.UTF_8);
        }
        inTransaction(connection, statement -> {
            statement.execute("SET LOCAL search_path TO " + statement.enquoteIdentifier(schema, true) + ", public");
            statement.execute(script);
            load(connection);
        });
        analyze(connection);
    }

    /**
     * Lets the task types claim, or keeps them from it.
     *
     * @param connection in auto-commit mode
     */
    public void enable(Connection connection, boolean enabled) throws SQLException {
        inTransaction(
                connection,
                statement -> statement.execute("UPDATE " + statement.enquoteIdentifier(schema, true)
                        + ".task_types SET enabled = " + enabled + " WHERE pipeline = '" + PIPELINE + "'"));
    }

    /**
     * Empties the tables and loads the terms again, with new ids: the same work for another run.
     *
     * @param connection in auto-commit mode
     */
    public void reset(Connection connection) throws SQLException {
        inTransaction(connection, statement -> {
            statement.execute("TRUNCATE public.owl, public.owl_entities, public.owl_proposals, public.owl_truth");
            load(connection);
        });
        analyze(connection);
    }

    private void load(Connection connection) throws SQLException {
        List<OwlData.Term> terms = data.terms();
        Long[] ids = newIds(connection, terms.size());
        insert(
                connection,
                "INSERT INTO public.owl (owl_id, raw_name, gloss) SELECT * FROM unnest(?, ?, ?)",
                connection.createArrayOf("bigint", ids),
                connection.createArrayOf(
                        "text", terms.stream().map(OwlData.Term::rawName).toArray()),
                connection.createArrayOf(
                        "text", terms.stream().map(OwlData.Term::gloss).toArray()));
        insert(
                connection,
                "INSERT INTO public.owl_truth (owl_id, category, duplicate_of) SELECT * FROM unnest(?, ?, ?)",
                connection.createArrayOf("bigint", ids),
                connection.createArrayOf(
                        "text", terms.stream().map(OwlData.Term::category).toArray()),
                connection.createArrayOf(
                        "bigint",
                        terms.stream()
                                .map(term -> term.original() == null ? null : ids[term.original()])
                                .toArray()));
    }

    private static Long[] newIds(Connection connection, int count) throws SQLException {
        List<Long> ids = new ArrayList<>(count);
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT nextval('public.owl_ids') FROM generate_series(1, ?)")) {
            statement.setInt(1, count);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    ids.add(rows.getLong(1));
                }
            }
        }
        return ids.toArray(Long[]::new);
    }

    private static void insert(Connection connection, String sql, Array... columns) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int column = 0; column < columns.length; column++) {
                statement.setArray(column + 1, columns[column]);
            }
            statement.executeUpdate();
        }
    }

    /** Autovacuum's statistics would come too late for a demo: the first inbox queries need them. */
    private static void analyze(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("ANALYZE public.owl");
        }
    }

    private interface Work {
        void on(Statement statement) throws SQLException;
    }

    private static void inTransaction(Connection connection, Work work) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            work.on(statement);
            connection.commit();
        } catch (SQLException | RuntimeException failure) {
            connection.rollback();
            throw failure;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private static URL resource() throws IOException {
        URL url = OwlExample.class.getResource(SQL);
        if (url == null) {
            throw new IOException("the OWL example is not on the class path: " + SQL);
        }
        return url;
    }

    private static URI toUri(URL url) throws IOException {
        try {
            return url.toURI();
        } catch (URISyntaxException failure) {
            throw new IOException("no file is named by " + url, failure);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                // by its text: the two may belong to different file systems
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
