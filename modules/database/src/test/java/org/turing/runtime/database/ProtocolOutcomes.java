package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.turing.runtime.database.ProtocolOracle.Held;
import org.turing.runtime.database.ProtocolOracle.Lock;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.ports.TicketLedger.Entry;
import org.turing.runtime.ports.TicketLedger.Verdict;

/** How runtimes end what they hold: outcomes written in time, late, in groups or again, and claims given back. */
final class ProtocolOutcomes {

    private final ProtocolStage stage;
    private final ProtocolOracle oracle;

    ProtocolOutcomes(ProtocolStage stage, ProtocolOracle oracle) {
        this.stage = stage;
        this.oracle = oracle;
    }

    void record(Optional<Held> which, Outcome outcome, boolean wait) throws Exception {
        if (which.isEmpty()) {
            return;
        }
        Held held = which.get();
        ProtocolRuntime runtime = stage.runtimes().get(held.runtime);
        Entry entry = entry(runtime, held, outcome);
        ProtocolVerdict expected = ProtocolVerdict.expected(oracle, held, outcome);
        held.started = true;
        if (!wait) {
            expected.met(
                    oracle,
                    held,
                    entry,
                    stage.completion().record(runtime.ledger, List.of(entry)).get(0));
            return;
        }
        CompletableFuture<Verdict> verdict = runtime.callAndWait(
                stage.control(),
                stage.threads(),
                () -> runtime.ledger.record(List.of(entry)).get(0));
        if (!verdict.isDone()) {
            expected.lock(oracle, held);
        }
        runtime.whenDone(verdict, () -> expected.met(oracle, held, entry, stage.verdict(verdict)), Set.of(), false);
    }

    private Entry entry(ProtocolRuntime runtime, Held held, Outcome outcome) {
        Instant now = runtime.clock().now();
        return new Entry(
                held.taskType,
                new FinishedRun(
                        held.claim,
                        outcome,
                        now,
                        now,
                        FinishedRun.RunLog.EMPTY,
                        new FinishedRun.Place("host", null, null),
                        null));
    }

    /** Everything that a runtime ever held, in one group; what is stale harms nobody. */
    void recordAll(ProtocolRuntime runtime) {
        List<Held> own = oracle.held.stream()
                .filter(held -> held.runtime == runtime.number)
                .toList();
        List<Entry> entries = new ArrayList<>();
        List<ProtocolVerdict> expected = new ArrayList<>();
        for (Held held : own) {
            Outcome outcome = entries.size() % 2 == 0 ? success() : new Outcome.Failed("no", true, null);
            entries.add(entry(runtime, held, outcome));
            expected.add(ProtocolVerdict.expected(oracle, held, outcome));
            held.started = true;
        }
        List<Verdict> verdicts = runtime.ledger.record(entries);
        for (int at = 0; at < own.size(); at++) {
            expected.get(at).met(oracle, own.get(at), entries.get(at), verdicts.get(at));
        }
    }

    void recordAgain(ProtocolRuntime runtime, int which) {
        List<Held> written = oracle.held.stream()
                .filter(held -> held.runtime == runtime.number && held.written != null)
                .toList();
        if (!written.isEmpty()) {
            Entry again = written.get(which % written.size()).written;
            assertThat(runtime.ledger.record(List.of(again)).get(0)).isInstanceOf(Verdict.Written.class);
        }
    }

    void giveBack(Optional<Held> which) {
        which.filter(held -> !held.started && held.lock == Lock.NONE).ifPresent(held -> {
            stage.runtimes().get(held.runtime).ledger.giveBack(List.of(held.claim));
            gone(held);
        });
    }

    /** By another runtime's ledger, which makes no difference. */
    void giveBackUnstarted(ProtocolRuntime runtime) {
        long identity = runtime.lease.runtimeId();
        List<Held> own = oracle.held.stream()
                .filter(held -> held.identity == identity && held.live)
                .toList();
        List<Held> unstarted = own.stream()
                .filter(held -> !held.started && held.lock == Lock.NONE)
                .toList();
        Set<Long> kept = own.stream()
                .filter(held -> !unstarted.contains(held))
                .map(held -> held.claim.ticketId())
                .collect(Collectors.toSet());
        ProtocolRuntime other =
                stage.runtimes().get((runtime.number + 1) % stage.runtimes().size());
        assertThat(other.ledger.giveBackUnstarted(identity, kept))
                .as("given back unstarted")
                .isEqualTo(unstarted.size());
        unstarted.forEach(ProtocolOutcomes::gone);
    }

    private static void gone(Held held) {
        held.live = false;
        held.started = true;
        held.givenBack = true;
    }

    static Outcome success() {
        return new Outcome.Succeeded(null, null);
    }
}
