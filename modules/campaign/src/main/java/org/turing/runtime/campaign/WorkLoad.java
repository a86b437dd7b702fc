package org.turing.runtime.campaign;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.turing.runtime.bench.ScriptsFolder;

/**
 * What the runtimes of a round have to do: letters (three declared stages, the middle one behind a model's gate and
 * with a choice of outboxes), crates (bulk, declared), deeds (thick, sovereign, exactly once by hold()) and parcels (a
 * process per subject, sovereign, at least once). Triggers of its own note every change of a status.
 */
final class WorkLoad {

    /** What the folder of the scripts is called within a round's folder. */
    static final String SCRIPTS = "scripts";

    private static final String ON_CLASS_PATH = "/org/turing/runtime/campaign/scripts/";
    private static final List<String> FILES =
            List.of("ledger.py", "letter.py", "verdict.py", "parcel.py", "crate.py", "deed.py");

    /** Unfinished subjects per table that a strike should find. */
    private static final int BACKLOG = 25;

    /** A table, its key, the status that subjects begin with and those they may end with. */
    private record Flow(String table, String key, String firstStatus, String finalStatuses) {}

    private static final List<Flow> FLOWS = List.of(
            new Flow("letters", "letter_id", "written", "'filed', 'burnt'"),
            new Flow("crates", "crate_id", "packed", "'shipped'"),
            new Flow("deeds", "deed_id", "drafted", "'sealed'"),
            new Flow("parcels", "parcel_id", "posted", "'delivered'"));

    private static final String LEDGER = """
            CREATE SCHEMA work;
            CREATE TABLE work.effects (
                effect_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, task_type text NOT NULL,
                subject_id text NOT NULL, ticket_id bigint NOT NULL, attempt integer NOT NULL, process text,
                at timestamptz NOT NULL DEFAULT clock_timestamp(), alive_at timestamptz);
            CREATE TABLE work.transitions (
                transition_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, subject_table text NOT NULL,
                subject_id text NOT NULL, from_status text NOT NULL, to_status text NOT NULL,
                at timestamptz NOT NULL DEFAULT clock_timestamp());
            CREATE TABLE work.mishaps (mishap_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
            CREATE TABLE work.tallies (tally_id integer PRIMARY KEY, deeds bigint NOT NULL DEFAULT 0);
            INSERT INTO work.tallies (tally_id) VALUES (1), (2);
            CREATE FUNCTION work.note_transition() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO work.transitions (subject_table, subject_id, from_status, to_status)
                VALUES (TG_TABLE_NAME, to_jsonb(NEW) ->> TG_ARGV[0], OLD.status, NEW.status);
                RETURN NULL;
            END $$;
            """;

    private static final String TABLE = """
            CREATE TABLE work.%1$s (
                %2$s bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, status text NOT NULL DEFAULT '%3$s');
            CREATE INDEX ON work.%1$s (status);
            CREATE TRIGGER note_transition AFTER UPDATE OF status ON work.%1$s
                FOR EACH ROW EXECUTE FUNCTION work.note_transition('%2$s');
            """;

    /** Attempts without end: what is killed again and again must still be done in the end. */
    private static final String TASK_TYPES = """
            INSERT INTO turing.models (model_name, slots) VALUES ('judge', 2);
            INSERT INTO turing.task_types (task_type_name, pipeline, script_path, execution_type, requires_model,
                subject_table, subject_key, status_column, inbox_status, outbox_status, work_query, batch_size)
            VALUES
                ('letters_read', 'letters', 'letter.py', 'worker', NULL,
                 'work.letters', 'letter_id', 'status', 'written', 'read', NULL, 20),
                ('letters_judge', 'letters', 'verdict.py', 'worker', 'judge',
                 'work.letters', 'letter_id', 'status', 'read', 'kept,burnt', NULL, 20),
                ('letters_file', 'letters', 'letter.py', 'worker', NULL,
                 'work.letters', 'letter_id', 'status', 'kept', 'filed', NULL, 20),
                ('crates_ship', 'crates', 'crate.py', 'bulk', NULL,
                 'work.crates', 'crate_id', 'status', 'packed', 'shipped', NULL, 10),
                ('deeds_seal', 'deeds', 'deed.py', 'thick', NULL, NULL, NULL, NULL, NULL, NULL,
                 'SELECT deed_id FROM work.deeds WHERE status = ''drafted'' ORDER BY deed_id', 20),
                ('parcels_deliver', 'parcels', 'parcel.py', 'script', NULL, NULL, NULL, NULL, NULL, NULL,
                 'SELECT parcel_id FROM work.parcels WHERE status = ''posted'' ORDER BY parcel_id', 10);
            UPDATE turing.task_types
               SET database_access = true, max_attempts = 1000, retry_backoff = '200 milliseconds',
                   timeout_seconds = 20, scale_limit = CASE WHEN requires_model IS NULL THEN 1 ELSE 2 END;
            """;

    /**
     * One slot of the model on each node, for which two task types compete; lanes enough for all nodes to have work.
     */
    private static final String SHARED = """
            UPDATE turing.models SET slots = 1;
            UPDATE turing.task_types SET requires_model = 'judge' WHERE task_type_name = 'letters_file';
            UPDATE turing.task_types SET scale_limit = 3;
            """;

    private final CampaignDatabase database;

    WorkLoad(CampaignDatabase database) {
        this.database = database;
    }

    /** Writes the scripts into a new folder. */
    static void writeScripts(Path folder) throws IOException {
        ScriptsFolder.create(folder, ON_CLASS_PATH, FILES);
    }

    /** Creates tables and triggers. */
    void createTables() throws IOException {
        StringBuilder sql = new StringBuilder(LEDGER);
        FLOWS.forEach(flow -> sql.append(TABLE.formatted(flow.table(), flow.key(), flow.firstStatus())));
        database.execute(sql.toString());
        topUp();
    }

    /** Registers the task types, once a runtime has made the registry. */
    void register() throws IOException {
        database.execute(TASK_TYPES);
    }

    /** Lets the nodes of a cluster share the work, and compete for the model. */
    void share() throws IOException {
        database.execute(SHARED);
    }

    /** Adds subjects until each table has its backlog again. */
    void topUp() throws IOException {
        for (Flow flow : FLOWS) {
            database.execute(
                    "INSERT INTO work.%1$s (status) SELECT '%2$s' FROM generate_series(1, ? - (%3$s))"
                            .formatted(flow.table(), flow.firstStatus(), unfinishedOf(flow)),
                    BACKLOG);
        }
    }

    /** Lets the next process of a parcel run out of memory. */
    void orderMishap() throws IOException {
        database.execute("INSERT INTO work.mishaps DEFAULT VALUES");
    }

    /** Subjects that have not reached their final status. */
    long unfinished() throws IOException {
        StringBuilder sum = new StringBuilder("SELECT 0");
        FLOWS.forEach(flow -> sum.append(" + (").append(unfinishedOf(flow)).append(")"));
        return database.number(sum.toString());
    }

    /** All subjects. */
    long subjects() throws IOException {
        StringBuilder sum = new StringBuilder("SELECT 0");
        FLOWS.forEach(flow -> sum.append(" + (SELECT count(*) FROM work.")
                .append(flow.table())
                .append(")"));
        return database.number(sum.toString());
    }

    private static String unfinishedOf(Flow flow) {
        return "SELECT count(*) FROM work." + flow.table() + " WHERE status NOT IN (" + flow.finalStatuses() + ")";
    }
}
