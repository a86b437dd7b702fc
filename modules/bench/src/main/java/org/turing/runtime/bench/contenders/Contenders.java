package org.turing.runtime.bench.contenders;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.turing.runtime.bench.Program;
import org.turing.runtime.bench.node.NodePrograms;

/** Who can be measured; a new contender is added here and nowhere else. */
public final class Contenders {

    private Contenders() {}

    /**
     * All of them, in the order of their turns.
     *
     * @param floorBatch how many jobs the floor claims at once
     */
    public static List<Contender> all(Program program, int floorBatch) {
        NodePrograms node = NodePrograms.besideClasses();
        return List.of(
                new Floor(program, floorBatch),
                new TuringRuntime(program),
                new DbScheduler(program),
                new JobRunrContender(program),
                NodePeer.graphileWorker(node),
                NodePeer.pgBoss(node),
                new Pgbench());
    }

    /**
     * Those of these names, in their usual order.
     *
     * @param names as they are chosen; none: all
     * @throws IllegalArgumentException if one is unknown; the message lists the known ones
     */
    public static List<Contender> chosen(List<Contender> all, List<String> names) {
        if (names.isEmpty()) {
            return all;
        }
        Set<String> wanted = new LinkedHashSet<>(names);
        List<Contender> chosen = new ArrayList<>();
        for (Contender contender : all) {
            if (wanted.remove(contender.name())) {
                chosen.add(contender);
            }
        }
        if (!wanted.isEmpty()) {
            throw new IllegalArgumentException("there is no contender '" + String.join("', '", wanted) + "'; there are "
                    + all.stream().map(Contender::name).collect(Collectors.joining(", ")));
        }
        return chosen;
    }
}
