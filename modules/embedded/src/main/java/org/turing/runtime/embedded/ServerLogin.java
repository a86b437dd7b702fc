package org.turing.runtime.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who we are to the server.
 *
 * @param database the one that the runtime works in
 * @param user its superuser
 * @param password the one stored in the data folder
 */
record ServerLogin(String database, String user, String password) {

    private static final Logger log = LoggerFactory.getLogger(ServerLogin.class);
    private static final String NO_SUCH_DATABASE = "3D000";
    private static final int CONNECT_LIMIT_SECONDS = 20;

    /** A server that was left behind and is well answers at once. */
    private static final int LEFT_BEHIND_LIMIT_SECONDS = 3;

    /** The port of a server that runs on the folder, is of our version and lets us in. */
    Optional<Integer> serving(ServerFolder folder, ServerControl control, PostgresBinaries binaries)
            throws IOException {
        Optional<PostmasterFile> file = PostmasterFile.read(folder.data());
        // Only a process of our own folder is told the password.
        if (file.isEmpty() || !control.isRunning()) {
            return Optional.empty();
        }
        int port = file.get().port();
        try (Connection connection = connect(port, "postgres", LEFT_BEHIND_LIMIT_SECONDS);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT current_setting('data_directory'), current_setting('server_version')")) {
            row.next();
            boolean ours = Files.isSameFile(Path.of(row.getString(1)), folder.data())
                    && row.getString(2).equals(binaries.serverVersion());
            return ours ? Optional.of(port) : Optional.empty();
        } catch (SQLException failure) {
            log.info("the PostgreSQL left behind on port {} does not serve: {}", port, failure.getMessage());
            return Optional.empty();
        }
    }

    /** Creates the database where it is missing. */
    void createDatabase(int port) throws SQLException {
        try {
            connect(port, database, CONNECT_LIMIT_SECONDS).close();
        } catch (SQLException failure) {
            if (!NO_SUCH_DATABASE.equals(failure.getSQLState())) {
                throw failure;
            }
            try (Connection connection = connect(port, "postgres", CONNECT_LIMIT_SECONDS);
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + statement.enquoteIdentifier(database, true));
            }
        }
    }

    private Connection connect(int port, String to, int limitSeconds) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", Integer.toString(limitSeconds));
        properties.setProperty("socketTimeout", Integer.toString(limitSeconds));
        properties.setProperty("ApplicationName", "turing-runtime");
        return DriverManager.getConnection(jdbcUrl(port, to), properties);
    }

    /** What to say when the server that was started does not let this login in. */
    EmbeddedPostgresFailure refused(ServerFolder folder, SQLException failure) {
        return new EmbeddedPostgresFailure(
                "the database in " + folder.data() + " started but does not let user '" + user + "' in: "
                        + failure.getMessage()
                        + ". Next: restore postgres.password beside it, and start with the user that it was initialised"
                        + " with",
                failure);
    }

    static String jdbcUrl(int port, String database) {
        return "jdbc:postgresql://" + ServerControl.HOST + ":" + port + "/" + database;
    }
}
