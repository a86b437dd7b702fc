package org.turing.runtime.bench.pipeline;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A step of the pipeline, as the example examples/owl has it: its scripts wait instead of thinking, and the runtime
 * moves all statuses, so that nothing but waiting and the runtime's own work takes time.
 */
enum Stage {
    LUCY(null, "status", "pending", "lucy_passed", "status = 'pending'"),
    ALMA("mistral-nemo:12b", "status", "lucy_passed", "alma_passed", "status = 'lucy_passed'"),
    CARL(null, "status", "alma_passed", "_needs_review", "status = 'alma_passed'"),
    CLARA_A("mistral-nemo:12b", "by_clara_a", "open", "proposed", "status = '_needs_review' AND by_clara_a = 'open'"),
    CLARA_B("qwen2.5-coder:7b", "by_clara_b", "open", "proposed", "status = '_needs_review' AND by_clara_b = 'open'"),
    ARBITRATOR("gemma2", "status", "_needs_review", "resolved", Stage.PROPOSED + " AND " + Stage.DISPUTED),
    COMMIT(
            null,
            "committed",
            "open",
            "classified",
            "committed = 'open' AND (status = 'resolved' OR " + Stage.PROPOSED + " AND NOT " + Stage.DISPUTED + ")");

    /** One entity of so many goes to the arbitrator. */
    static final int DISPUTED_ONE_OF = 4;

    private static final String PROPOSED =
            "status = '_needs_review' AND by_clara_a = 'proposed' AND by_clara_b = 'proposed'";
    private static final String DISPUTED = "(owl_id % " + DISPUTED_ONE_OF + " = 0)";

    private final @Nullable String model;
    private final String column;
    private final String inbox;
    private final String outbox;
    private final String condition;

    Stage(@Nullable String model, String column, String inbox, String outbox, String condition) {
        this.model = model;
        this.column = column;
        this.inbox = inbox;
        this.outbox = outbox;
        this.condition = condition;
    }

    /** The model whose only slot it needs; null: none. */
    @Nullable
    String model() {
        return model;
    }

    /** How many of so many entities go through it. */
    int entities(int all) {
        return this == ARBITRATOR ? all / DISPUTED_ONE_OF : all;
    }

    /** A statement that registers it; an item takes so many seconds. */
    String registration(String script, double seconds) {
        return """
                INSERT INTO turing.task_types (task_type_name, pipeline, script_path, requires_model, work_query,
                                               subject_table, subject_key, status_column, inbox_status, outbox_status)
                VALUES ('%s', 'owl', '%s', %s, $$SELECT owl_id, %s AS seconds FROM owl WHERE %s ORDER BY owl_id$$,
                        'owl', 'owl_id', '%s', '%s', '%s')""".formatted(
                        name().toLowerCase(Locale.ROOT),
                        script,
                        model == null ? "NULL" : "'" + model + "'",
                        seconds,
                        condition,
                        column,
                        inbox,
                        outbox);
    }
}
