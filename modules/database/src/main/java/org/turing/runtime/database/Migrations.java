package org.turing.runtime.database;

import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.turing.runtime.database.DatabaseFault.Reason;

/** Runs the SQL files of the top-level folder {@code sql/}, which the jar carries under {@code db/migration}. */
final class Migrations {

    private Migrations() {}

    static void run(DatabaseSettings settings) throws DatabaseFault {
        try {
            Flyway.configure(Migrations.class.getClassLoader())
                    .dataSource(Database.dataSource(settings, "turing-runtime migrations"))
                    .locations("classpath:db/migration")
                    .defaultSchema(settings.schema())
                    .schemas(settings.schema())
                    .createSchemas(true)
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .placeholders(Map.of("schema", settings.schema()))
                    .connectRetries(0)
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new DatabaseFault(
                    Reason.SCHEMA,
                    "database " + settings.address() + ": the migrations of schema '" + settings.schema() + "' failed: "
                            + String.valueOf(e.getMessage()).strip()
                            + ". Fix: if another program owns that schema, set TURING_DB_SCHEMA to a name of its own");
        }
    }
}
