package org.turing.runtime.bench.contenders;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.node.NodePrograms;

/** A job queue from npm, as its authors would have it where speed matters. */
public final class NodePeer implements Contender {

    public static final String GRAPHILE_WORKER = "graphile-worker";
    public static final String PG_BOSS = "pg-boss";

    private final NodePrograms programs;
    private final String name;
    private final String settings;
    private final String left;

    private NodePeer(NodePrograms programs, String name, String settings, String left) {
        this.programs = programs;
        this.name = name;
        this.settings = settings;
        this.left = left;
    }

    /** It deletes what it completes, and claims in the order of the numbers: so the last job is the last to go. */
    static NodePeer graphileWorker(NodePrograms programs) {
        return new NodePeer(
                programs,
                GRAPHILE_WORKER,
                "as in its own benchmark: 4 processes with 24 concurrent jobs each, local queues of 500, completions in"
                        + " batches; status: 2 processes, and each job's own prepared statement",
                "SELECT (SELECT id FROM graphile_worker._private_jobs ORDER BY id DESC LIMIT 1) IS NOT NULL");
    }

    /**
     * Ready jobs have an index in the order in which they are claimed, whose end is empty last. Only then are those
     * looked for that are being worked on; they have an index too.
     */
    static NodePeer pgBoss(NodePrograms programs) {
        return new NodePeer(
                programs,
                PG_BOSS,
                "4 workers in one process, batches of 1,000, full batches followed by the next at once; statuses are moved"
                        + " job by job in the transaction that completes the batch",
                """
                SELECT (SELECT 1 FROM pgboss.job WHERE name = 'bench' AND state < 'active' AND NOT blocked
                         ORDER BY priority, created_on DESC LIMIT 1) IS NOT NULL
                    OR EXISTS (SELECT FROM pgboss.job WHERE name = 'bench' AND state = 'active')""");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String version() {
        return programs.version(name);
    }

    @Override
    public String settings() {
        return settings;
    }

    @Override
    public @Nullable String hindrance() {
        return programs.hindrance();
    }

    @Override
    public Session open(BenchDatabase database, Workload workload) throws IOException, InterruptedException {
        return TalkingSession.open(name, programs.command(name + ".js"), database, workload, left);
    }
}
