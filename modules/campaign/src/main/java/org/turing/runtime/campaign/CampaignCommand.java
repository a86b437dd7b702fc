package org.turing.runtime.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.bench.Program;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the campaign starts by hand. */
@Command(
        name = "campaign",
        mixinStandardHelpOptions = true,
        description = "Strikes turing-runtime in every way that production does, and counts what was lost or doubled.")
public final class CampaignCommand implements Callable<Integer> {

    /** A compiler that gives up early and a small heap: for many short lives on a small machine. */
    static final List<String> SMALL_JAVA = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m");

    private static final int HASH_DIGITS = 12;

    @Mixin
    private Program program = new Program();

    @Option(names = "--series", defaultValue = "mixed", description = "A name for campaigns of this kind.")
    private String series = "mixed";

    @Option(names = "--seed", defaultValue = "1", description = "Everything is drawn from it (${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--kills",
            defaultValue = "1000",
            description = "SIGKILLs in total; without kill among the kinds, faults (${DEFAULT-VALUE}).")
    private int kills;

    @Option(
            names = "--kills-per-round",
            defaultValue = "25",
            description = "After so many, quiet and checks (${DEFAULT-VALUE}).")
    private int killsPerRound;

    @Option(
            names = "--kinds",
            split = ",",
            description = "What may happen: ${COMPLETION-CANDIDATES}; default: all that this machine can have.")
    private @Nullable List<FaultKind> kinds;

    @Option(
            names = "--lease",
            defaultValue = "3s",
            converter = Seconds.class,
            description = "The runtimes' lease, such as 3s; 0s leaves every setting at its default (${DEFAULT-VALUE}).")
    private Duration lease = Duration.ZERO;

    @Option(names = "--runtimes", defaultValue = "2", description = "How many (${DEFAULT-VALUE}).")
    private int runtimes;

    @Option(
            names = "--nodes",
            defaultValue = "0",
            description = "So many nodes of one cluster, in place of runtimes that each are by themselves.")
    private int nodes;

    @Option(
            names = "--longest-pause",
            defaultValue = "1500ms",
            converter = Seconds.class,
            description = "Between two strikes (${DEFAULT-VALUE}).")
    private Duration longestPause = Duration.ZERO;

    @Option(
            names = "--lying-one-in",
            defaultValue = "3",
            description =
                    "One killed runtime in so many is left lying until another one must have taken over (${DEFAULT-VALUE}).")
    private int lyingOneIn;

    @Option(names = "--alone", description = "Each strike waits until the one before is over.")
    private boolean alone;

    @Option(names = "--python", defaultValue = "python3", description = "Interpreter of the scripts.")
    private String python = "python3";

    @Option(names = "--only-round", description = "Run this round and no other, whatever was done before.")
    private @Nullable Integer onlyRound;

    @Option(
            names = "--keep",
            defaultValue = "target/campaign",
            description = "Folder for progress and failures (${DEFAULT-VALUE}).")
    private Path kept = Path.of("target/campaign");

    /** Runs the campaign that the arguments describe and ends the process. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new CampaignCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(FaultKind.class, CampaignCommand::kind)
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Order order = new Order(
                series,
                seed,
                kills,
                killsPerRound,
                kinds == null ? Machine.kinds(nodes > 0, System.out::println) : kinds,
                new RuntimeSetting(lease, nodes > 0 ? nodes : runtimes, nodes > 0),
                longestPause,
                lyingOneIn,
                alone,
                program,
                hash(program.jar()),
                python);
        Campaign campaign = new Campaign(order, kept, System.out::println);
        List<RoundResult> rounds = onlyRound == null ? campaign.run() : List.of(campaign.only(onlyRound));
        System.out.print(new CampaignTable(rounds).markdown());
        return rounds.stream().allMatch(RoundResult::passed) ? 0 : 1;
    }

    static FaultKind kind(String word) {
        return FaultKind.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** The first digits of a file's SHA-256. */
    static String hash(Path file) throws IOException {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return HexFormat.of().formatHex(hash).substring(0, HASH_DIGITS);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** 3s or 1500ms. */
    static final class Seconds implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return text.endsWith("ms")
                    ? Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)))
                    : Duration.ofSeconds(Long.parseLong(text.substring(0, text.length() - 1)));
        }
    }
}
