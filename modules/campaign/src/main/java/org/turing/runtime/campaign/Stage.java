package org.turing.runtime.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
    private final RoundDatabase roundDatabase;
    private final CampaignDatabase database;
    private final WorkLoad load;
    private final Neighbourhood neighbourhood;
    private final boolean cluster;

    /** Adds work on a session of its own, since it waits for the server where others ask once. */
    private final WorkLoad feeder;

    private volatile boolean feeding;
    private final List<Site> sites = new ArrayList<>();
    private final ConcurrentLinkedQueue<String> incidents = new ConcurrentLinkedQueue<>();
    /** A campaign that is interrupted leaves no runtime behind. */
    private final Thread atExit = new Thread(() -> places().forEach(RuntimePlace::close), "end of the runtimes");

    private final AtomicInteger underWay = new AtomicInteger();
    private final ScheduledExecutorService keeper = Executors.newScheduledThreadPool(THREADS);

    Stage(CampaignServer server, Path folder, String mark, Order order) throws IOException {
        this.mark = mark;
        this.server = server;
        Path space = order.kinds().contains(FaultKind.FILL_DATABASE) ? folder.resolve("space") : null;
        Files.createDirectories(folder);
        WorkLoad.writeScripts(folder.resolve(WorkLoad.SCRIPTS));
        this.roundDatabase = new RoundDatabase(server, mark, space);
        this.database = roundDatabase.open();
        this.load = new WorkLoad(database);
        this.feeder = new WorkLoad(roundDatabase.open());
        this.cluster = order.setting().cluster();
        this.neighbourhood = Neighbourhood.create(order);
        Site.Common common = new Site.Common(server, roundDatabase, neighbourhood, folder, mark, order, this::incident);
        for (int number = 0; number < order.setting().runtimes(); number++) {
            sites.add(Site.create(number, common));
        }
    }

    /** Brings everything up: the first runtime makes the schema, the others find it. */
    void open() throws IOException {
        Runtime.getRuntime().addShutdownHook(atExit);
        load.createTables();
        RuntimePlace first = places().get(0);
        first.start();
        first.awaitAnnounced();
        load.register();
        if (cluster) {
            load.share();
        }
        for (RuntimePlace place : places()) {
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

    /** The database of the round, where its disk is. */
    RoundDatabase roundDatabase() {
        return roundDatabase;
    }

    /** How the nodes reach each other. */
    Network network() {
        return neighbourhood.network();
    }

    Site site(int number) {
        return sites.get(number);
    }

    List<RuntimePlace> places() {
        return sites.stream().map(Site::place).toList();
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
        for (RuntimePlace place : places()) {
            place.awaitAnnounced();
        }
    }

    /** Waits until every node that is there has ended a ticket: all are members of the cluster and have work. */
    void awaitShared() throws IOException {
        for (RuntimePlace place : places()) {
            Waiting.until(
                    LONGEST_HEALING, "work for " + place.processMark(), () -> database.number("""
                    SELECT count(*) FROM turing.ticket_history
                     WHERE runtime_id = (SELECT max(runtime_id) FROM turing.runtimes WHERE pid = ?)""", place.pid()) > 0);
        }
    }

    /** The place whose runtime speaks for the cluster; where that can't be told, the one that is given. */
    RuntimePlace speakerOr(RuntimePlace otherwise) {
        return places().stream().filter(this::isSpeaker).findFirst().orElse(otherwise);
    }

    /** Whether its runtime speaks for the cluster, as far as the database can tell now. */
    boolean isSpeaker(RuntimePlace place) {
        return database.rowsNow(row -> row.getLong(1), """
                SELECT r.pid FROM turing.cluster c JOIN turing.runtimes r USING (runtime_id)""")
                .filter(pids -> pids.contains(place.pid()))
                .isPresent();
    }

    /** How often a node was given up by the others, and came back. */
    long givenUp() throws IOException {
        long times = 0;
        for (RuntimePlace place : places()) {
            times += place.givenUp();
        }
        return times;
    }

    /** Whether the runtimes are the nodes of one cluster. */
    boolean isCluster() {
        return cluster;
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
        for (RuntimePlace place : places()) {
            try {
                place.keep();
            } catch (IOException | RuntimeException failure) {
                incident("a runtime could not be started again: " + failure);
            }
        }
    }

    @Override
    public void close() throws IOException {
        keeper.shutdownNow();
        for (Site site : sites) {
            site.close();
        }
        neighbourhood.close();
        Runtime.getRuntime().removeShutdownHook(atExit);
        roundDatabase.close();
    }
}
