package org.turing.runtime.database.protocol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.database.protocol.Rules.Rule;
import org.turing.runtime.database.protocol.World.Run;

/** Every world that can be reached, breadth first, so that the first one that breaks a rule has a shortest story. */
final class Exploration {

    /** Far more than any protocol here reaches; one that passes it is not explored to its end, and fails. */
    private static final int MOST_WORLDS = 2_000_000;

    /**
     * @param worlds how many different worlds were reached
     * @param counterexample how a rule was broken, or null
     */
    record Result(int worlds, @Nullable Counterexample counterexample) {}

    /**
     * @param rule the rule
     * @param story the steps that lead there, the last one breaks it
     */
    record Counterexample(Rule rule, List<String> story) {
        @Override
        public String toString() {
            return rule + " is broken:\n  " + String.join("\n  ", story);
        }
    }

    /** How a world was first reached. */
    private record Visit(@Nullable World from, String step) {}

    private final Protocol protocol;
    private final Map<World, Visit> visited = new HashMap<>();
    private final Queue<World> ahead = new ArrayDeque<>();
    private final ClaimSteps claims;
    private final RunSteps runs;
    private final LeaseSteps leases;
    private final MemorySteps memories;
    private final HostSteps hosts;

    private Exploration(Protocol protocol) {
        this.protocol = protocol;
        this.claims = new ClaimSteps(protocol);
        this.runs = new RunSteps(protocol);
        this.leases = new LeaseSteps(protocol);
        this.memories = new MemorySteps(protocol);
        this.hosts = new HostSteps(protocol);
    }

    /** Explores the protocol to its end, or to the first rule that it breaks. */
    static Result of(Protocol protocol) {
        return new Exploration(protocol).explore();
    }

    private Result explore() {
        Rules rules = new Rules(protocol);
        visit(protocol.start(), new Visit(null, ""));
        while (true) {
            World world = ahead.poll();
            if (world == null) {
                return new Result(visited.size(), null);
            }
            for (Step step : from(world)) {
                Rule broken = rules.broken(world, step.after());
                if (broken != null) {
                    return new Result(visited.size(), new Counterexample(broken, story(world, step.name())));
                }
                visit(step.after(), new Visit(world, step.name()));
            }
            if (visited.size() > MOST_WORLDS) {
                throw new IllegalStateException("more than " + MOST_WORLDS + " worlds: explore a smaller protocol");
            }
        }
    }

    private void visit(World world, Visit how) {
        if (visited.putIfAbsent(world, how) == null) {
            ahead.add(world);
        }
    }

    private List<Step> from(World world) {
        List<Step> steps = new ArrayList<>();
        for (int subject = 0; subject < world.subjects().size(); subject++) {
            for (int process = 0; process < world.processes().size(); process++) {
                claims.of(world, process, subject, steps::add);
                hosts.takeOver(world, process, subject, steps::add);
            }
            memories.of(world, subject, steps::add);
        }
        for (Run run : world.runs()) {
            claims.giveBack(world, run, steps::add);
            runs.of(world, run, steps::add);
            hosts.of(world, run, steps::add);
        }
        leases.of(world, steps::add);
        return steps;
    }

    private List<String> story(World world, String last) {
        List<String> story = new ArrayList<>(List.of(last));
        Visit visit = visited.get(world);
        while (visit != null && visit.from() != null) {
            story.add(visit.step());
            visit = visited.get(visit.from());
        }
        Collections.reverse(story);
        return story;
    }
}
