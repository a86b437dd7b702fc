package org.turing.runtime.app.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.postgresql.ds.PGSimpleDataSource;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.DatabaseFault;
import org.turing.runtime.database.DatabaseSettings;
import org.turing.runtime.embedded.EmbeddedPostgres;

/** One embedded PostgreSQL with the runtime's schema for every test class of this package. */
final class OwlDatabase implements BeforeAllCallback {

    static final String SCHEMA = "turing";

    private final PGSimpleDataSource dataSource = new PGSimpleDataSource();

    @Override
    public void beforeAll(ExtensionContext context) {
        Server server = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(OwlDatabase.class))
                .getOrComputeIfAbsent(Server.class, key -> Server.start(), Server.class);
        dataSource.setUrl(server.postgres.jdbcUrl());
        dataSource.setUser(server.postgres.user());
        dataSource.setPassword(server.postgres.password());
    }

    PGSimpleDataSource dataSource() {
        return dataSource;
    }

    Connection connect() throws SQLException {
        return dataSource.getConnection();
    }

    /** The server as libpq's environment variables name it. */
    Map<String, String> environment() {
        return Map.of(
                "PGHOST", dataSource.getServerNames()[0],
                "PGPORT", Integer.toString(dataSource.getPortNumbers()[0]),
                "PGDATABASE", dataSource.getDatabaseName(),
                "PGUSER", dataSource.getUser(),
                "PGPASSWORD", dataSource.getPassword());
    }

    private record Server(EmbeddedPostgres postgres, Path folder) implements AutoCloseable {

        static Server start() {
            try {
                Path folder = Files.createTempDirectory("owl-database");
                EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, EmbeddedPostgres.Options.defaults());
                DatabaseSettings settings =
                        DatabaseSettings.of(postgres.jdbcUrl(), postgres.user(), postgres.password(), SCHEMA);
                try (Database database = Database.connect(settings)) {
                    database.migrate();
                }
                return new Server(postgres, folder);
            } catch (IOException | DatabaseFault failure) {
                throw new IllegalStateException("no database for the tests: " + failure.getMessage(), failure);
            }
        }

        @Override
        public void close() throws IOException {
            postgres.close();
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
