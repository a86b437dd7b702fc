package org.turing.runtime.campaign;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.bench.Waiting;

/** Does what a fault says, and sees to its end while the next ones are on their way. */
final class Striker {

    private static final Logger log = LoggerFactory.getLogger(Striker.class);
    private static final Duration LONGEST_WAIT_FOR_A_SCRIPT = Duration.ofSeconds(20);
    private static final int LONGEST_JUMP_SECONDS = 1801;
    private static final int DATABASE_TOO_ONE_IN = 3;
    private static final Duration LONGEST_WAIT_FOR_A_WAITER = Duration.ofSeconds(10);

    private final Stage stage;
    private final Recovery recovery;

    Striker(Stage stage, Recovery recovery) {
        this.stage = stage;
        this.recovery = recovery;
    }

    /** Strikes; returns as soon as that is done, and sees to the rest by itself. */
    void strike(Fault fault) throws IOException {
        log.debug("{}: {}", stage.mark(), fault.describe());
        RuntimePlace place = stage.site(fault.runtime()).place();
        switch (fault.kind()) {
            case KILL -> kill(place, fault);
            case KILL_SPEAKER -> kill(stage.speakerOr(place), fault);
            case TERMINATE -> terminate(place, fault);
            case FREEZE -> freeze(place, fault);
            case KILL_SCRIPT -> killOne(fault, true);
            case KILL_SUPERVISOR -> killOne(fault, false);
            case RESTART_DATABASE -> {
                stage.server().stopFast();
                stage.later(fault.length(), stage.server()::revive);
            }
            case CRASH_DATABASE -> {
                stage.server().stopImmediately();
                stage.later(fault.length(), stage.server()::revive);
            }
            case TERMINATE_BACKENDS -> terminateBackends();
            case HALF_OPEN -> {
                TcpProxy proxy = stage.site(fault.runtime()).proxy();
                proxy.stall();
                stage.later(fault.length(), proxy::resume);
            }
            case DEADLOCK -> stage.later(Duration.ZERO, this::deadlock);
            case EXHAUST_MEMORY -> stage.load().orderMishap();
            case FILL_DATABASE -> fill(prepared(stage.roundDatabase().disk(), fault), fault);
            case FILL_DATA_FOLDER -> fill(prepared(stage.site(fault.runtime()).disk(), fault), fault);
            case CUT_LINKS -> cutLinks(fault);
            case JUMP_CLOCK -> jump(prepared(stage.site(fault.runtime()).clock(), fault), fault);
        }
    }

    private void fill(SmallDisk disk, Fault fault) throws IOException {
        disk.fill();
        stage.later(fault.length(), disk::empty);
    }

    /** Half an hour at most, in one direction or the other. */
    private void jump(WrongClock clock, Fault fault) throws IOException {
        clock.jump(Duration.ofSeconds(fault.choice() % LONGEST_JUMP_SECONDS * (fault.choice() % 2 == 0 ? -1 : 1)));
        stage.later(fault.length(), () -> clock.jump(Duration.ZERO));
    }

    private static <T> T prepared(@Nullable T thing, Fault fault) {
        if (thing == null) {
            throw new IllegalStateException(fault.kind() + " is struck on a stage that was not made for it");
        }
        return thing;
    }

    private void kill(RuntimePlace place, Fault fault) throws IOException {
        if (fault.early()) {
            place.awaitProcess();
        } else {
            place.awaitAnnounced();
        }
        String mark = place.processMark();
        long pid = place.pid();
        boolean speaker = stage.isCluster() && stage.isSpeaker(place);
        Instant at = Instant.now();
        place.kill();
        recovery.died(pid, at, speaker);
        stage.later(Duration.ZERO, () -> recovery.awaitEndOfChildren(mark, at));
        stage.later(fault.length(), place::start);
    }

    /** Of the others, and one time in three of the database. */
    private void cutLinks(Fault fault) throws IOException {
        boolean databaseToo = fault.choice() % DATABASE_TOO_ONE_IN == 0;
        TcpProxy proxy = stage.site(fault.runtime()).proxy();
        stage.network().cut(fault.runtime());
        if (databaseToo) {
            proxy.stall();
        }
        stage.later(fault.length(), () -> {
            stage.network().mend(fault.runtime());
            if (databaseToo) {
                proxy.resume();
            }
        });
    }

    private void terminate(RuntimePlace place, Fault fault) throws IOException {
        place.awaitAnnounced();
        place.terminate();
        stage.later(fault.length(), place::start);
    }

    private void freeze(RuntimePlace place, Fault fault) throws IOException {
        place.awaitAnnounced();
        long pid = place.pid();
        Signals.send(Signals.STOP, pid);
        stage.later(fault.length(), () -> Signals.send(Signals.CONTINUE, pid));
    }

    /** A script, or what is neither script nor JVM: the supervisor program. */
    private void killOne(Fault fault, boolean script) throws IOException {
        long since = System.nanoTime();
        while (System.nanoTime() - since < LONGEST_WAIT_FOR_A_SCRIPT.toNanos()) {
            List<Long> there = children(fault.runtime(), script);
            if (!there.isEmpty()) {
                Signals.send(Signals.KILL, there.get(fault.choice() % there.size()));
                return;
            }
            Waiting.pause(Duration.ofMillis(20));
        }
        log.info("{}: {} found nothing to kill", stage.mark(), fault.describe());
    }

    /** Of the runtime that is to be struck, or of another one: a runtime that stands by has none. */
    private List<Long> children(int runtime, boolean script) throws IOException {
        List<RuntimePlace> places = new ArrayList<>(stage.places());
        Collections.rotate(places, -runtime);
        for (RuntimePlace place : places) {
            List<Long> there = script
                    ? Processes.scripts(place.processMark())
                    : Processes.others(place.processMark()).stream()
                            .filter(pid -> pid != place.pid())
                            .toList();
            if (!there.isEmpty()) {
                return there;
            }
        }
        return List.of();
    }

    private void terminateBackends() throws IOException {
        stage.database().rows(row -> row.getBoolean(1), """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()""");
    }

    /** Takes the second tally, waits until a deed that has the first one waits for it, and asks for the first one. */
    private void deadlock() {
        try (Connection session = stage.database().session();
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.execute("UPDATE work.tallies SET deeds = deeds WHERE tally_id = 2");
            long since = System.nanoTime();
            while (!isWaitedFor(statement) && System.nanoTime() - since < LONGEST_WAIT_FOR_A_WAITER.toNanos()) {
                Waiting.pause(Duration.ofMillis(10));
            }
            statement.execute("UPDATE work.tallies SET deeds = deeds WHERE tally_id = 1");
            session.rollback();
        } catch (SQLException victim) {
            // Either side may be the victim, and another fault may have come in between.
            log.debug("{}: the deadlock ended with {}", stage.mark(), victim.getMessage());
        }
    }

    private static boolean isWaitedFor(Statement statement) throws SQLException {
        try (var row = statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity" + " WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))")) {
            row.next();
            return row.getInt(1) > 0;
        }
    }
}
