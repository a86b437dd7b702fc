package org.turing.runtime.bench.growth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.Benchmark;
import org.turing.runtime.bench.Waiting;
import org.turing.runtime.bench.contenders.Contender;
import org.turing.runtime.bench.contenders.TuringRuntime;
import org.turing.runtime.bench.contenders.Workload;
import org.turing.runtime.bench.report.Findings;
import org.turing.runtime.bench.report.Goal;
import org.turing.runtime.bench.throughput.Turn;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What many tickets leave in the tables: rows that are dead and not yet removed when the last one is done, and bytes.
 * Read as soon as the runtime has ended, with which its sessions tell the statistics the last of what they did.
 */
@Command(
        name = "bloat",
        mixinStandardHelpOptions = true,
        description = "Dead rows at the end of many tickets, and how much tables and indexes grow by each.")
public final class Bloat extends Benchmark {

    private static final TableGrowth NOTHING = new TableGrowth(0, 0, 0, 0);

    @Option(names = "--tickets", defaultValue = "1000000", description = "How many tickets (${DEFAULT-VALUE}).")
    private int tickets;

    @Option(
            names = "--later",
            defaultValue = "90",
            description = "After how many seconds dead rows are counted once more: autovacuum comes once a minute"
                    + " (${DEFAULT-VALUE}).")
    private int later;

    @Override
    protected Findings measure() throws Exception {
        try (BenchDatabase database = BenchDatabase.start()) {
            Workload.STATUS.prepare(database);
            Map<String, TableGrowth> before;
            try (Contender.Session session = new TuringRuntime(program()).open(database, Workload.STATUS)) {
                before = TableGrowth.now(database);
                new Turn(database).workOff(session, Workload.STATUS, 0, tickets);
            }
            Map<String, TableGrowth> after = TableGrowth.now(database);
            Waiting.pause(Duration.ofSeconds(later));
            return findings(before, after, TableGrowth.now(database));
        }
    }

    private Findings findings(
            Map<String, TableGrowth> before, Map<String, TableGrowth> after, Map<String, TableGrowth> muchLater) {
        List<String> lines = new ArrayList<>(List.of(
                "",
                String.format(
                        Locale.ROOT,
                        "After %,d tickets, each of which moved the status of a row of public.items:",
                        tickets),
                "",
                "| table | written meanwhile | bytes a ticket | of indexes | dead | of the tickets | dead " + later
                        + " s later |",
                "|---|---|---|---|---|---|---|"));
        ObjectNode tables = Findings.object();
        TableGrowth all = NOTHING;
        long dead = 0;
        for (Map.Entry<String, TableGrowth> table : after.entrySet()) {
            TableGrowth growth = table.getValue().since(before.getOrDefault(table.getKey(), NOTHING));
            long deadLater = muchLater.getOrDefault(table.getKey(), NOTHING).dead();
            if (growth.written() > 0) {
                lines.add(row(table.getKey(), growth, deadLater));
                growth.writeTo(tables.putObject(table.getKey()).put("deadLater", deadLater));
            }
            if (table.getKey().startsWith("turing.")) {
                all = all.plus(growth);
                dead += deadLater;
            }
        }
        lines.add(row("all of the runtime's", all, dead));
        ObjectNode figures = Findings.object().put("tickets", tickets);
        figures.set("tables", tables);
        return new Findings(
                lines,
                figures,
                List.of(Goal.atMost(
                        "dead rows of the runtime's after %,d tickets: of those".formatted(tickets),
                        (double) all.dead() / tickets,
                        0.01)));
    }

    private String row(String name, TableGrowth growth, long deadLater) {
        return String.format(Locale.ROOT, "| %s | %s | %,d |", name, growth.cells(tickets), deadLater);
    }
}
