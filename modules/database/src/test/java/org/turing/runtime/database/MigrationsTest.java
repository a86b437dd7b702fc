package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MigrationsTest {

    private TestDatabase test;

    @BeforeEach
    void migrate() throws Exception {
        test = new TestDatabase();
    }

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void allFilesOfTheFolderAreKnown() throws Exception {
        Path folder = Path.of(Objects.requireNonNull(Migrations.class.getResource("/db/migration"))
                .toURI());
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Migrations.FILES);
        }
    }

    @Test
    void aMigratedSchemaIsRecognised() {
        assertThat(Migrations.isCurrent(test.database)).isTrue();
    }

    @Test
    void aSchemaThatIsNotThereIsNotCurrent() throws Exception {
        test.sql("DROP SCHEMA turing CASCADE");
        assertThat(Migrations.isCurrent(test.database)).isFalse();
    }

    @Test
    void aFileThatWasChangedSinceIsNotCurrent() throws Exception {
        test.sql("UPDATE turing.flyway_schema_history SET checksum = checksum + 1");
        assertThat(Migrations.isCurrent(test.database)).isFalse();
    }

    @Test
    void aMigrationOfANewerProgramIsNotCurrent() throws Exception {
        test.sql("""
                INSERT INTO turing.flyway_schema_history
                SELECT 1000, '1000', 'later', 'SQL', 'V1000__later.sql', 1, installed_by, installed_on, 1, true
                  FROM turing.flyway_schema_history LIMIT 1""");
        assertThat(Migrations.isCurrent(test.database)).isFalse();
    }

    @Test
    void aFailedMigrationIsNotCurrent() throws Exception {
        test.sql("UPDATE turing.flyway_schema_history SET success = false");
        assertThat(Migrations.isCurrent(test.database)).isFalse();
    }

    @Test
    void aTableOfThatNameThatIsNotFlywaysIsLeftToFlyway() throws Exception {
        test.sql("DROP TABLE turing.flyway_schema_history; CREATE TABLE turing.flyway_schema_history (mine text)");
        assertThat(Migrations.isCurrent(test.database)).isFalse();
    }
}
