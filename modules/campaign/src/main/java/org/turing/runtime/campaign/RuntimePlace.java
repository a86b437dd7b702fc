package org.turing.runtime.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.bench.Waiting;
import org.turing.runtime.embedded.DataFolder;

/** One data folder and the runtimes that run on it, one after the other. */
final class RuntimePlace implements AutoCloseable {

    /** What the data folder is called. */
    static final String DATA = "data";

    private static final Duration LONGEST_START = Duration.ofMinutes(3);
    private static final Duration LONGEST_END = Duration.ofMinutes(2);
    /** A runtime that could not write its last outcomes says so; what it held is for the next one. */
    private static final int LEFT_WITHOUT_DATABASE = 1;

    /** What a node logs that the others went on without. */
    private static final String GIVEN_UP = "comes back as a new node";

    private static final int LOG_CHARACTERS_SHOWN = 4000;

    private final int number;
    private final Path folder;
    private final Launch launch;
    private final String mark;
    private final Consumer<String> incidents;

    private @Nullable Process process;
    private int started;
    private boolean announced;
    private boolean wanted;
    private int refusedStarts;

    /**
     * @param folder of this place; data folder and logs go there
     * @param launch how its runtimes are started
     * @param mark what processes of this place bear in their environment, followed by a number
     * @param incidents is told what must not happen
     */
    RuntimePlace(int number, Path folder, Launch launch, String mark, Consumer<String> incidents) throws IOException {
        this.number = number;
        this.folder = Files.createDirectories(folder);
        this.launch = launch;
        this.mark = mark;
        this.incidents = incidents;
    }

    Path data() {
        return folder.resolve(DATA);
    }

    /** The mark of the process that runs or ran last. */
    synchronized String processMark() {
        return mark + "." + started + ";";
    }

    /** Of the process that runs or ran last; 0 before the first. */
    synchronized long pid() {
        Process last = process;
        return last == null ? 0 : last.pid();
    }

    /** How many starts ended before the runtime worked, the database being down, say. */
    synchronized int refusedStarts() {
        return refusedStarts;
    }

    /** How often the others of the cluster went on without a node, as they must when it is frozen or cut off. */
    synchronized long givenUp() throws IOException {
        long times = 0;
        for (int number = 1; number <= started; number++) {
            try (Stream<String> lines = Files.lines(log(number))) {
                times += lines.filter(line -> line.contains(GIVEN_UP)).count();
            }
        }
        return times;
    }

    /** Wants a runtime from now on, and starts one where none runs. */
    synchronized void start() throws IOException {
        wanted = true;
        Process last = process;
        if (last == null || !last.isAlive()) {
            spawn();
        }
    }

    /** Starts a runtime again where one is wanted and has left, and tells of it. To be called now and then. */
    synchronized void keep() throws IOException {
        Process last = process;
        if (last == null) {
            return;
        }
        announced = announced || last.isAlive() && isAnnounced(last);
        if (!wanted || last.isAlive()) {
            return;
        }
        if (announced) {
            incidents.accept("runtime " + processMark() + " left by itself with exit code " + last.exitValue() + ": "
                    + endOfLog());
        } else {
            refusedStarts++;
        }
        spawn();
    }

    /** Waits until a runtime works. */
    void awaitAnnounced() throws IOException {
        Waiting.until(LONGEST_START, "the announcement of runtime " + number, () -> {
            keep();
            synchronized (this) {
                return wanted && announced;
            }
        });
    }

    /** Waits until a process runs, whether or not it works yet. */
    void awaitProcess() throws IOException {
        Waiting.until(LONGEST_START, "the process of runtime " + number, () -> {
            synchronized (this) {
                return wanted && process != null && process.isAlive();
            }
        });
    }

    /** SIGKILL; returns once it has ended. None is wanted until the next start. */
    synchronized void kill() {
        wanted = false;
        Process last = process;
        if (last != null) {
            last.destroyForcibly().onExit().join();
        }
    }

    /** SIGTERM; waits for the end. None is wanted until the next start. */
    void terminate() throws IOException {
        Process last;
        boolean worked;
        synchronized (this) {
            wanted = false;
            last = process;
            worked = announced;
        }
        if (last == null) {
            return;
        }
        last.destroy();
        if (!ended(last)) {
            incidents.accept("runtime " + processMark() + " did not end within " + LONGEST_END.toSeconds()
                    + " s of SIGTERM: " + endOfLog());
            last.destroyForcibly().onExit().join();
        } else if (worked && last.exitValue() != 0 && last.exitValue() != LEFT_WITHOUT_DATABASE) {
            incidents.accept("runtime " + processMark() + " ended after SIGTERM with exit code " + last.exitValue()
                    + ": " + endOfLog());
        }
    }

    private static boolean ended(Process process) throws IOException {
        try {
            return process.waitFor(LONGEST_END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a runtime was ending", interrupted);
        }
    }

    private boolean isAnnounced(Process process) {
        return DataFolder.findRunning(data())
                .map(running -> running.pid() == process.pid())
                .orElse(false);
    }

    private void spawn() throws IOException {
        started++;
        announced = false;
        ProcessBuilder builder = new ProcessBuilder(launch.commandLine())
                .redirectErrorStream(true)
                .redirectOutput(log().toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("TURING_"));
        builder.environment().putAll(launch.environment());
        builder.environment().put("TURING_DATA", data().toString());
        builder.environment().put(Processes.MARK, processMark());
        process = builder.start();
    }

    private Path log() {
        return log(started);
    }

    private Path log(int number) {
        return folder.resolve("runtime-" + number + ".log");
    }

    /** The last lines that the process logged. */
    synchronized String endOfLog() {
        try {
            String log = Files.readString(log());
            return log.substring(Math.max(0, log.length() - LOG_CHARACTERS_SHOWN));
        } catch (IOException unreadable) {
            return "(" + unreadable + ")";
        }
    }

    @Override
    public void close() {
        kill();
    }
}
