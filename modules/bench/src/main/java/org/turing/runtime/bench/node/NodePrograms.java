package org.turing.runtime.bench.node;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.bench.Program;
import org.turing.runtime.bench.ScriptsFolder;
import org.turing.runtime.bench.Shell;
import org.turing.runtime.bench.report.Report;

/**
 * The programs on Node.js, in a folder of their own with their libraries, which npm installs once and again when the
 * lock file changes. Nothing else of the benchmark needs Node.js, so what is missing hinders only them.
 */
public final class NodePrograms {

    /** What the libraries in package.json ask for. */
    private static final Version OLDEST = Version.parse("22.18.0");

    private static final String FROM = "/org/turing/runtime/bench/node/";
    private static final String LOCK = "package-lock.json";
    private static final List<String> FILES = List.of(
            "package.json", LOCK, "clock.js", "processes.js", "protocol.js", "graphile-worker.js", "pg-boss.js");

    /** A copy of the lock file by which the libraries were installed. */
    private static final String INSTALLED = "installed.json";

    private final Path folder;
    private @Nullable Optional<String> hindrance;

    /** @param folder for programs and libraries; created when it is needed */
    NodePrograms(Path folder) {
        this.folder = folder;
    }

    /** In a folder beside the module's classes, where {@code mvnw clean} removes it. */
    public static NodePrograms besideClasses() {
        return new NodePrograms(Program.place(NodePrograms.class).resolveSibling("node"));
    }

    /** Why they can't run here and what would help, in one line; null if they can, and then they are installed. */
    @Nullable
    public String hindrance() {
        if (hindrance == null) {
            hindrance = Optional.ofNullable(findHindrance());
        }
        return hindrance.orElse(null);
    }

    /** The version of a library that package.json asks for. */
    public String version(String library) {
        try (InputStream bytes = ScriptsFolder.open(FROM + "package.json")) {
            return new ObjectMapper()
                    .readTree(bytes)
                    .at("/dependencies/" + library)
                    .asText();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The command that runs one of them. */
    public List<String> command(String program, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("node", folder.resolve(program).toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private @Nullable String findHindrance() {
        try {
            String unfit = unfit();
            if (unfit != null) {
                return unfit;
            }
            install();
            return null;
        } catch (IOException failure) {
            return InstallFailure.inOneLine(String.valueOf(failure.getMessage()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return "the benchmark was interrupted";
        }
    }

    private static @Nullable String unfit() throws InterruptedException {
        try {
            String tooOld =
                    tooOld(Shell.output(List.of("node", "--version"), Map.of()).strip());
            if (tooOld != null) {
                return tooOld;
            }
        } catch (IOException missing) {
            return "Node.js is not on the PATH. Fix: install version " + OLDEST + " or newer";
        }
        try {
            Shell.output(List.of("npm", "--version"), Map.of());
            return null;
        } catch (IOException missing) {
            return "npm is not on the PATH. Fix: install it; it comes with Node.js";
        }
    }

    /** @param version as Node.js prints it */
    static @Nullable String tooOld(String version) {
        String digits = version.replaceFirst("^v", "");
        return Version.parse(digits).compareTo(OLDEST) >= 0
                ? null
                : "Node.js " + digits + " is too old. Fix: put version " + OLDEST + " or newer first on the PATH";
    }

    private void install() throws IOException, InterruptedException {
        Files.createDirectories(folder);
        for (String file : FILES) {
            try (InputStream bytes = ScriptsFolder.open(FROM + file)) {
                Files.copy(bytes, folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Path lock = folder.resolve(LOCK);
        Path installed = folder.resolve(INSTALLED);
        if (Files.exists(installed) && Files.mismatch(lock, installed) < 0) {
            return;
        }
        Report.progress("installing graphile-worker and pg-boss from npm in " + folder);
        Shell.run(
                List.of("npm", "ci", "--prefix", folder.toString(), "--ignore-scripts", "--no-audit", "--no-fund"),
                Map.of());
        Files.copy(lock, installed, StandardCopyOption.REPLACE_EXISTING);
    }
}
