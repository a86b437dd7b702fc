package org.turing.runtime.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.bench.Program;
import org.turing.runtime.bench.Waiting;

/** Everything of one round: a database, runtimes that reach it through a proxy each, the work load, what went wrong. */
final class Stage implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Stage.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);
    private static final Duration BETWEEN_MEALS = Duration.ofMillis(400);
    private static final Duration LONGEST_HEALING = Duration.ofMinutes(3);

    /** As many faults may be under way at a time. */
    private static final int THREADS = 12;

    private final String mark;
    private final CampaignServer server;
    private final String databaseName;
    private final CampaignDatabase database;
    private final WorkLoad load;

    /** Adds work on a session of its own, since it waits for the server where others ask once. */
    private final WorkLoad feeder;

    private final CampaignDatabase feedersDatabase;
    private volatile boolean feeding;
    private final List<TcpProxy> proxies = new ArrayList<>();
    private final List<RuntimePlace> places = new ArrayList<>();
    private final ConcurrentLinkedQueue<String> incidents = new ConcurrentLinkedQueue<>();
    /** A campaign that is interrupted leaves no runtime behind. */
    private final Thread atExit = new Thread(() -> places.forEach(RuntimePlace::close), "end of the runtimes");

    private final AtomicInteger underWay = new AtomicInteger();
    private final ScheduledExecutorService keeper = Executors.newScheduledThreadPool(THREADS);

    /**
     * How runtimes are set up.
     *
     * @param lease {@code turing.ledger.lease}; zero leaves every setting at its default
     * @param runtimes how many
     */
    record Setting(Duration lease, int runtimes) {

        private static final Duration DEFAULT_LEASE = Duration.ofSeconds(20);

        /** What the runtimes go by. */
        Duration effectiveLease() {
            return lease.isZero() ? DEFAULT_LEASE : lease;
        }

        /** A short lease goes with short pauses between polls; whatever else is set is left at its default. */
        private List<String> arguments() {
            return lease.isZero()
                    ? List.of("start")
                    : List.of(
                            "start",
                            "-Dturing.ledger.lease=" + lease.toMillis() + "ms",
                            "-Dturing.ledger.renew-every=" + lease.dividedBy(4).toMillis() + "ms",
                            "-Dturing.work.poll-longest=1s");
        }
    }

    Stage(CampaignServer server, Path folder, String mark, Program program, String python, Setting setting)
            throws IOException {
        this.mark = mark;
        this.server = server;
        this.databaseName = mark.replaceAll("[^a-z0-9]", "_");
        try (CampaignDatabase maintenance = server.maintenance()) {
            maintenance.execute("CREATE DATABASE " + databaseName);
        }
        this.database = new CampaignDatabase(server.url(databaseName), server.user(), server.password());
        this.load = new WorkLoad(database);
        this.feedersDatabase = new CampaignDatabase(server.url(databaseName), server.user(), server.password());
        this.feeder = new WorkLoad(feedersDatabase);
        Files.createDirectories(folder);
        Path scripts = ScriptsFolder.create(folder.resolve("scripts"));
        for (int number = 0; number < setting.runtimes(); number++) {
            TcpProxy proxy = TcpProxy.to(server.port());
            proxies.add(proxy);
            places.add(new RuntimePlace(
                    number,
                    folder.resolve("place-" + number),
                    program,
                    setting.arguments(),
                    environment(proxy, scripts, python),
                    mark + "-" + number,
                    this::incident));
        }
    }

    /** Brings everything up: the first runtime makes the schema, the others find it. */
    void open() throws IOException {
        Runtime.getRuntime().addShutdownHook(atExit);
        load.createTables();
        places.get(0).start();
        places.get(0).awaitAnnounced();
        load.register();
        for (RuntimePlace place : places.subList(1, places.size())) {
            place.start();
        }
        feeding = true;
        keeper.scheduleWithFixedDelay(this::feed, 0, BETWEEN_MEALS.toMillis(), TimeUnit.MILLISECONDS);
        keeper.scheduleWithFixedDelay(
                this::keep, BETWEEN_LOOKS.toMillis(), BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    }

    CampaignServer server() {
        return server;
    }

    CampaignDatabase database() {
        return database;
    }

    WorkLoad load() {
        return load;
    }

    RuntimePlace place(int number) {
        return places.get(number);
    }

    TcpProxy proxy(int number) {
        return proxies.get(number);
    }

    List<RuntimePlace> places() {
        return places;
    }

    /** What the processes of this round bear. */
    String mark() {
        return mark;
    }

    /** Notes what must not happen. */
    void incident(String what) {
        log.error("{}: {}", mark, what);
        incidents.add(what);
    }

    List<String> incidents() {
        return List.copyOf(incidents);
    }

    /** Does something later, on a thread of its own; what fails is an incident. */
    void later(Duration delay, Step step) {
        underWay.incrementAndGet();
        keeper.schedule(
                () -> {
                    try {
                        step.run();
                    } catch (IOException | RuntimeException failure) {
                        incident("the campaign itself failed: " + failure);
                    } finally {
                        underWay.decrementAndGet();
                    }
                },
                delay.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Waits until every fault is over and every runtime works. */
    void awaitHealed() throws IOException {
        Waiting.until(LONGEST_HEALING, "the end of all faults", () -> underWay.get() == 0);
        for (RuntimePlace place : places) {
            place.awaitAnnounced();
        }
    }

    /** What may fail. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    /** No further work is added; what is there must be done. */
    void stopFeeding() {
        synchronized (feeder) {
            feeding = false;
        }
    }

    /** Every strike is to find work under way. */
    private void feed() {
        synchronized (feeder) {
            try {
                if (feeding) {
                    feeder.topUp();
                }
            } catch (IOException | RuntimeException failure) {
                incident("the campaign could not add work: " + failure);
            }
        }
    }

    private void keep() {
        for (RuntimePlace place : places) {
            try {
                place.keep();
            } catch (IOException | RuntimeException failure) {
                incident("a runtime could not be started again: " + failure);
            }
        }
    }

    private Map<String, String> environment(TcpProxy proxy, Path scripts, String python) {
        Map<String, String> environment = new HashMap<>();
        environment.put("TURING_DB_URL", "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/" + databaseName);
        environment.put("TURING_DB_USER", server.user());
        environment.put("TURING_DB_PASSWORD", server.password());
        environment.put("TURING_SCRIPTS", scripts.toString());
        environment.put("TURING_PYTHON", python);
        environment.put("TURING_HTTP_PORT", "0");
        return environment;
    }

    @Override
    public void close() throws IOException {
        keeper.shutdownNow();
        places.forEach(RuntimePlace::close);
        Runtime.getRuntime().removeShutdownHook(atExit);
        for (TcpProxy proxy : proxies) {
            proxy.close();
        }
        try (CampaignDatabase maintenance = server.maintenance()) {
            database.close();
            feedersDatabase.close();
            maintenance.execute("DROP DATABASE " + databaseName + " WITH (FORCE)");
        }
    }
}
