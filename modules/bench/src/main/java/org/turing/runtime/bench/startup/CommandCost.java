package org.turing.runtime.bench.startup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.Program;
import org.turing.runtime.bench.RuntimeProcess;
import org.turing.runtime.bench.Shell;
import org.turing.runtime.bench.report.Figures;
import org.turing.runtime.bench.report.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What people wait for at the command line, from the launcher's start to its end, while a runtime runs. */
@Command(
        name = "commands",
        mixinStandardHelpOptions = true,
        description = "Time that commands take by the launcher, beside a running runtime.")
public final class CommandCost implements Callable<Integer> {

    @Mixin
    private Program program = new Program();

    @Option(names = "--launcher", defaultValue = "./turing", description = "The launcher (${DEFAULT-VALUE}).")
    private Path launcher = Path.of("./turing");

    @Option(names = "--runs", defaultValue = "15", description = "Measured runs of each (${DEFAULT-VALUE}).")
    private int runs;

    @Option(names = "--warm-up", defaultValue = "2", description = "Runs before those (${DEFAULT-VALUE}).")
    private int warmUp;

    @Override
    public Integer call() throws Exception {
        String path = launcher.toAbsolutePath().normalize().toString();
        Map<String, List<String>> commands = new LinkedHashMap<>();
        commands.put("turing --help", List.of(path, "--help"));
        commands.put("turing sql 'SELECT 1'", List.of(path, "sql", "SELECT 1"));
        commands.put("turing status", List.of(path, "status"));
        commands.put("turing tickets", List.of(path, "tickets"));
        Report.conditions("before", program.describe());
        Map<String, List<Long>> times = new LinkedHashMap<>();
        try (BenchDatabase database = BenchDatabase.start()) {
            Path scripts = Files.createDirectory(database.folder().resolve("scripts"));
            Map<String, String> environment = new HashMap<>(RuntimeProcess.environment(database, scripts));
            environment.put("JAVA_HOME", program.javaHome().toString());
            try (RuntimeProcess runtime = RuntimeProcess.spawn(program, database, scripts, Map.of())) {
                runtime.awaitAnnounced();
                for (int run = -warmUp; run < runs; run++) {
                    for (Map.Entry<String, List<String>> command : commands.entrySet()) {
                        long micros = Shell.run(command.getValue(), environment);
                        if (run >= 0) {
                            times.computeIfAbsent(command.getKey(), name -> new ArrayList<>())
                                    .add(micros);
                        }
                    }
                }
            }
        }
        Report.conditions("after", program.describe());
        Report.head();
        times.forEach((command, micros) -> Report.row("`" + command + "`", Figures.ofMicros(micros)));
        return 0;
    }
}
