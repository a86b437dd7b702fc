package org.turing.runtime.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Runs rounds until there were enough strikes, on one PostgreSQL, and keeps what failed. */
final class Campaign {

    private final Order order;
    private final Progress progress;
    private final Path kept;
    private final Consumer<String> progressLines;

    /**
     * @param kept a folder for the progress file and for what failed rounds leave
     * @param progressLines is told how it goes
     */
    Campaign(Order order, Path kept, Consumer<String> progressLines) {
        this.order = order;
        this.kept = kept;
        this.progressLines = progressLines;
        this.progress = new Progress(kept.resolve("progress.jsonl"));
    }

    /** Goes on where an earlier run of the same series and seed was interrupted; returns all of its rounds. */
    List<RoundResult> run() throws IOException {
        List<RoundResult> results = new ArrayList<>(progress.of(order.series(), order.seed()));
        int struck = results.stream().mapToInt(order::counted).sum();
        int next = results.stream().mapToInt(RoundResult::round).max().orElse(-1) + 1;
        while (struck < order.strikes()) {
            RoundResult result = round(next++);
            progress.add(result);
            results.add(result);
            struck += order.counted(result);
            progressLines.accept("%s seed %d: %d of %d after round %d, %d s, %s"
                    .formatted(
                            order.series(),
                            order.seed(),
                            struck,
                            order.strikes(),
                            result.round(),
                            result.seconds(),
                            result.passed() ? "passed" : "FAILED"));
        }
        return results;
    }

    /** Runs one round, whatever the progress file says, and adds nothing to that. */
    RoundResult only(int round) throws IOException {
        return round(round);
    }

    private RoundResult round(int number) throws IOException {
        Path folder = Files.createTempDirectory("turing-campaign");
        Path traces = folder.resolve("round-" + number);
        try (CampaignServer server = CampaignServer.start(folder.resolve("server"))) {
            RoundResult result = new Round(order, server, number).run(traces, order.strikesPerRound());
            if (!result.passed()) {
                keep(traces, number, String.join("\n  ", result.incidents()));
            }
            return result;
        } catch (IOException | RuntimeException failure) {
            keep(traces, number, failure.toString());
            throw failure;
        } finally {
            delete(folder);
        }
    }

    private void keep(Path traces, int number, String why) throws IOException {
        Path target = kept.resolve(order.series() + "-" + order.seed() + "-" + number);
        if (Files.isDirectory(traces)) {
            copyLogs(traces, target);
        }
        progressLines.accept("round " + number + " failed:\n  " + why + "\nIts logs are in " + target + ". Again: "
                + order.replay(number));
    }

    private static void copyLogs(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file :
                    files.filter(name -> name.toString().endsWith(".log")).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
