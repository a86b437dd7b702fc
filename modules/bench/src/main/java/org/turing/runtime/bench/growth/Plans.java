package org.turing.runtime.bench.growth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.Program;
import org.turing.runtime.bench.contenders.Contender;
import org.turing.runtime.bench.contenders.TuringRuntime;
import org.turing.runtime.bench.contenders.Under;
import org.turing.runtime.bench.contenders.Workload;
import org.turing.runtime.bench.throughput.Turn;

/**
 * How PostgreSQL carries out the statements of the hot path while many finished tickets lie there, in its own words:
 * what each reads shows whether it grows with the past.
 */
final class Plans {

    private static final int WARM_UP = 2000;
    private static final int JOBS = 5000;

    /** What begins a statement, and what it is called. */
    private static final Map<String, String> STATEMENTS = statements();

    private static final Pattern ENTRY = Pattern.compile(
            "LOG:  duration: ([0-9.]+) ms  plan:\\s*Query Text:\\s*(.*?)(?=\\n\\S|\\z)", Pattern.DOTALL);

    private static final Map<String, String> SETTINGS = Map.of(
            "session_preload_libraries", "auto_explain",
            "auto_explain.log_min_duration", "0",
            "auto_explain.log_analyze", "on",
            "auto_explain.log_buffers", "on",
            "auto_explain.log_parameter_max_length", "0",
            "track_commit_timestamp", "off");

    private Plans() {}

    private static Map<String, String> statements() {
        Map<String, String> statements = new LinkedHashMap<>();
        statements.put("SELECT id, subject_type", "a look into the inbox");
        statements.put("WITH gate AS", "claims");
        statements.put("DELETE FROM \"turing\".claims c", "what is taken back of them");
        statements.put("SELECT ticket_id, fence, alone", "the claims of finished runs");
        statements.put("WITH free AS", "statuses");
        statements.put("WITH outcomes AS", "outcomes");
        return statements;
    }

    /** The plans, each with a heading: of each statement the latest execution that had as much to do as any. */
    static List<String> after(Program program, Past past) throws IOException, SQLException, InterruptedException {
        try (BenchDatabase database = BenchDatabase.start(SETTINGS)) {
            Path log = database.folder().resolve("database/postgres.log");
            long[] from = {0};
            Contender runtime = new Under(new TuringRuntime(program), "plans", under -> {
                var end = past.ofTheRuntime().begin(under);
                from[0] = size(log);
                return end;
            });
            Workload.STATUS.prepare(database);
            try (Contender.Session session = runtime.open(database, Workload.STATUS)) {
                Turn turn = new Turn(database);
                turn.workOff(session, Workload.STATUS, 0, WARM_UP);
                turn.workOff(session, Workload.STATUS, WARM_UP, JOBS);
            }
            byte[] bytes = Files.readAllBytes(log);
            int begin = (int) from[0];
            return lines(new String(bytes, begin, bytes.length - begin, StandardCharsets.UTF_8));
        }
    }

    private static long size(Path log) {
        try {
            return Files.size(log);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private record Entry(double millis, String text) {
        private static final Pattern ROWS = Pattern.compile("rows=([0-9]+)(?:\\.00)? loops");

        /** The most rows that any part of it had. */
        long rows() {
            return ROWS.matcher(text)
                    .results()
                    .mapToLong(rows -> Long.parseLong(rows.group(1)))
                    .max()
                    .orElse(0);
        }
    }

    static List<String> lines(String log) {
        Map<String, Entry> chosen = new LinkedHashMap<>();
        Matcher entry = ENTRY.matcher(log);
        while (entry.find()) {
            Entry now = new Entry(Double.parseDouble(entry.group(1)), entry.group(2));
            STATEMENTS.keySet().stream()
                    .filter(now.text()::startsWith)
                    .forEach(begin ->
                            chosen.merge(begin, now, (one, other) -> other.rows() >= one.rows() ? other : one));
        }
        List<String> lines = new ArrayList<>();
        STATEMENTS.forEach((begin, title) -> {
            Entry found = chosen.get(begin);
            if (found != null) {
                lines.add("");
                lines.add("Plan of %s (%.2f ms):".formatted(title, found.millis()));
                lines.add("");
                lines.add("```");
                plan(found.text()).forEach(lines::add);
                lines.add("```");
            }
        });
        return lines;
    }

    /** Without the statement itself: a plan begins at the first line that tells costs. */
    private static List<String> plan(String text) {
        return text.lines()
                .map(line -> line.replace("\t", ""))
                .dropWhile(line -> !line.contains("(cost="))
                .map(line -> line.replaceAll("\\(cost=[^)]*\\) ", ""))
                .toList();
    }
}
