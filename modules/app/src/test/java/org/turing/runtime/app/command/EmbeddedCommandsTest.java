package org.turing.runtime.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.turing.runtime.embedded.DataFolder;

/** Commands without a database configured: they bring the embedded one up for themselves. */
class EmbeddedCommandsTest {

    @TempDir
    Path home;

    @Test
    void thePredecessorsStatementWorksVerbatimAndOutlivesTheCommand() {
        Shell shell = new Shell(home).with("--data", home.resolve("data").toString());

        Shell.Result inserted = shell.run("sql", """
                INSERT INTO task_types (task_type_name, work_query, script_path, requires_model)
                VALUES ('clara_a', 'SELECT owl_id FROM owl WHERE status = ''_needs_review''',
                        'actors/owl__classify_U__clara_a.py', 'mistral-nemo:12b');""");
        Shell.Result read = shell.run("sql", "SELECT requires_model FROM task_types");
        Shell.Result owned = shell.run(
                "sql",
                "CREATE TABLE owl (owl_id int); SELECT 'owl'::regclass::oid IN"
                        + " (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace) AS in_public");
        Shell.Result url = shell.run("db", "url");

        assertThat(inserted.err()).isEmpty();
        assertThat(inserted.out()).isEqualTo("INSERT 1\n");
        assertThat(read.out()).contains("mistral-nemo:12b");
        assertThat(owned.out()).contains("in_public\n---------\nt\n");
        assertThat(url.out()).matches("postgresql://turing:[^@]+@127\\.0\\.0\\.1:\\d+/turing\n");
        DataFolder.open(home.resolve("data")).close();
    }
}
