package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;

/** Every status change of a table's subjects from now on, kept by a trigger: what happened, not only how it ended. */
final class StatusChanges {

    private final WholeSystem system;

    private StatusChanges(WholeSystem system) {
        this.system = system;
    }

    /** Of a table of {@link WholeSystem#makeTable}, the only one of its system that is watched so. */
    static StatusChanges of(WholeSystem system, String table) throws SQLException {
        system.execute("CREATE TABLE status_changes (id bigint, status text)");
        system.execute("CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN INSERT INTO status_changes VALUES (new.id, new.status); RETURN NULL; END $$");
        system.execute("CREATE TRIGGER keep AFTER UPDATE ON " + table + " FOR EACH ROW EXECUTE FUNCTION keep()");
        return new StatusChanges(system);
    }

    /** The subjects that were moved to a status, each as often as that happened, in order. */
    List<String> to(String status) throws SQLException {
        return system.column(
                "SELECT id FROM status_changes WHERE status = " + WholeSystem.literal(status) + " ORDER BY id");
    }

    /** So many subjects had one status change each, and no other subject had any. */
    void assertOneOfEach(long subjects) throws SQLException {
        assertThat(system.number("SELECT count(*) FROM status_changes")).isEqualTo(subjects);
        assertThat(system.number("SELECT count(DISTINCT id) FROM status_changes"))
                .isEqualTo(subjects);
    }
}
