package org.turing.runtime.actors.wire;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.turing.runtime.actors.cluster.ClusterConfig;
import org.turing.runtime.actors.cluster.ClusterSettings;
import org.turing.runtime.actors.cluster.EveryNode;
import org.turing.runtime.actors.event.EventRelay;
import org.turing.runtime.actors.event.Progress;
import org.turing.runtime.actors.gate.ModelGate;
import org.turing.runtime.actors.registry.TaskTypes;
import org.turing.runtime.actors.tasktype.TaskTypeActor;
import org.turing.runtime.actors.tasktype.TaskTypeKeeper;
import org.turing.runtime.actors.work.Host;
import org.turing.runtime.actors.work.LedgerWriter;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.Chain;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.DeclaredInbox;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.domain.Model;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.Relation;
import org.turing.runtime.domain.Rerun;
import org.turing.runtime.domain.StatusChange;
import org.turing.runtime.domain.Subject;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.ports.ScriptHost.ScriptFacts;
import org.turing.runtime.ports.TicketLedger.Verdict;
import org.turing.runtime.ports.view.BreakerStatus;
import org.turing.runtime.ports.view.GateStatus;
import org.turing.runtime.ports.view.RuntimeControl.Answer;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;
import org.turing.runtime.ports.view.RuntimeControl.Target;
import org.turing.runtime.ports.view.TaskTypeStatus;
import org.turing.runtime.ports.view.Whereabouts;

/** Every message between nodes, as it is sent and as it was when it was first recorded. */
class MessagesTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");
    private static final UUID LIFE = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
    private static final TaskType ALMA = new TaskType(
            9389,
            "alma",
            "decides",
            "owl",
            true,
            "SELECT 1",
            new DeclaredInbox("owl", "id", "status", "new", List.of("done")),
            "actors/alma.py",
            "mistral-nemo:12b",
            List.of("owl"),
            List.of(),
            ExecutionType.THICK,
            true,
            20,
            4,
            7,
            null,
            Duration.ofMinutes(2),
            3,
            Duration.ofMinutes(1),
            Rerun.ON_RETURN,
            null);
    private static final Claim CLAIM = new Claim(
            71, 71, 9389, new Subject("owl_pending", "1234"), 2, new Chain(LIFE, 3), "mistral-nemo:12b", 12, "{}");
    private static final ScriptFacts FACTS = new ScriptFacts(ExecutionType.THICK, "0".repeat(64), true, null);

    private static final Whereabouts PLACE = new Whereabouts("gpu-1", Map.of("gpu-2", 2));

    private static ActorTestKit kit;
    private static RoundTrip wire;

    @BeforeAll
    static void open() {
        kit = ActorTestKit.create("wire", ClusterConfig.over(ConfigFactory.load(), ClusterSettings.OF_ONE));
        wire = RoundTrip.through(kit.system());
    }

    @AfterAll
    static void close() {
        kit.shutdownTestKit();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "start-run",
                "start-run-on-a-card",
                "go-on",
                "begin-no-more",
                "report-when-clear",
                "join",
                "what-runs",
                "check",
                "examine",
                "models",
                "follow",
                "cancel",
                "retire-workers",
                "set-drained",
                "leave",
                "under-way",
                "examined",
                "started",
                "result-in",
                "lane-clear",
                "lane-cleared",
                "not-begun",
                "refused",
                "checked",
                "recorded",
                "host",
                "host-with-cards",
                "host-with-a-loaded-model",
                "get-standings",
                "identify",
                "steer",
                "poll",
                "poll-by-id",
                "run-by-hand",
                "get-unmet",
                "identified",
                "standings",
                "unmet",
                "news",
                "answer",
                "run-report",
                "gate-status",
                "gate-status-of-an-unknown-place",
                "task-type-status-of-an-unknown-place",
                "request-slots",
                "renew",
                "withdraw",
                "release",
                "holder-lost",
                "slot-lost",
                "slot-idle",
                "slot-at-work",
                "epoch-passed",
                "configure-gate",
                "pause-gate",
                "resume-gate",
                "get-gate-status",
                "gate-hand-over",
                "granted",
                "granted-on-a-card",
                "yield-slot",
                "renewed",
                "closed",
                "gate-is-there",
                "task-type-is-there",
                "reconfigure",
                "retire",
                "resume",
                "poll-now",
                "get-status",
                "standing",
                "run-subject",
                "gate-began",
                "task-type-hand-over"
            })
    void everyMessageArrivesAsItWasSentAndAsItWasRecorded(String name) {
        wire.recorded(name, message(name));
    }

    private static Object message(String name) {
        return switch (name) {
            case "start-run" -> startRun(null);
            case "start-run-on-a-card" -> startRun("0");
            case "go-on" -> new WorkerHost.GoOn(5, 9389, List.of(CLAIM), Duration.ofMinutes(2), LIFE, Set.of(71L));
            case "begin-no-more" -> new WorkerHost.BeginNoMore(5);
            case "report-when-clear" -> new WorkerHost.ReportWhenClear("mistral-nemo:12b", 4, nobody());
            case "join" -> new WorkerHost.Join(9389, LIFE, nobody(), nobody());
            case "what-runs" -> new WorkerHost.WhatRuns(9389, nobody());
            case "check" -> new WorkerHost.Check(9389, LIFE, 3);
            case "examine" -> new WorkerHost.Examine(ALMA, nobody());
            case "models" -> new WorkerHost.Models(List.of(new Model("mistral-nemo:12b", 2, "http://gpu-1:11434")));
            case "follow" -> new WorkerHost.Follow(nobody());
            case "cancel" -> new WorkerHost.CancelTicket(71, "by hand", nobody());
            case "retire-workers" -> new WorkerHost.RetireWorkers(9389);
            case "leave" -> new EveryNode.Leave(true);
            case "set-drained" -> new WorkerHost.SetDrained(true, nobody());
            case "under-way" -> new WorkerHost.UnderWay(Set.of(71L), Set.of(5L));
            case "examined" -> new WorkerHost.Examined(FACTS, null);
            case "started" -> new WorkerHost.Started(71);
            case "result-in" ->
                new WorkerHost.ResultIn(
                        71,
                        new FinishedRun(
                                CLAIM,
                                new Outcome.Skipped("OVERSIZED", null),
                                NOON,
                                NOON.plusSeconds(1),
                                new FinishedRun.RunLog("out", "err", 0),
                                new FinishedRun.Place("gpu-1", null, "0".repeat(64)),
                                null));
            case "lane-clear" -> new WorkerHost.LaneClear(5);
            case "lane-cleared" -> new ModelGate.LaneCleared(4);
            case "not-begun" -> new WorkerHost.NotBegun(5, Set.of(7L));
            case "refused" -> new WorkerHost.Refused(5);
            case "checked" -> new WorkerHost.Checked(3, new WorkerHost.UnderWay(Set.of(), Set.of(5L)));
            case "recorded" ->
                new LedgerWriter.Recorded(new Verdict.Written(
                        71,
                        TicketStatus.FAILED,
                        "empty response",
                        NOON,
                        new StatusChange(new Relation("public", "owl"), "x")));
            case "host" -> host(Map.of(), Set.of());
            case "host-with-cards" -> host(Map.of("0", 24L << 30), Set.of());
            case "host-with-a-loaded-model" -> host(Map.of("0", 24L << 30), Set.of("mistral-nemo:12b"));
            case "get-standings" -> new TaskTypes.GetStandings(true, nobody());
            case "identify" -> new TaskTypes.Identify(new Target.OneModel("mistral-nemo:12b"), nobody());
            case "steer" -> new TaskTypes.Steer(new Target.All(), true, nobody());
            case "poll" -> new TaskTypes.Poll("alma", nobody());
            case "poll-by-id" -> new TaskTypes.PollById(9389);
            case "run-by-hand" -> new TaskTypes.RunByHand("alma", "1234", nobody());
            case "get-unmet" -> new TaskTypes.GetUnmet(nobody());
            case "identified" -> new TaskTypes.Identified("there is no task type 'alba'");
            case "standings" ->
                new TaskTypes.Standings(
                        List.of(taskTypeStatus(PLACE)),
                        List.of(gateStatus(PLACE)),
                        List.of(breakerStatus()),
                        List.of("look"),
                        null);
            case "unmet" -> new TaskTypes.Unmet(List.of("there is no task type 'alba'"));
            case "news" ->
                new EventRelay.News(
                        LIFE,
                        List.of(new Progress.Step(
                                ALMA, 2, Set.of(new StatusChange(new Relation("public", "owl"), "done")))),
                        List.of(9389L));
            case "answer" -> new Answer(true, "paused alma");
            case "run-report" -> new RunReport(true, 71L, "completed", "{}", null, "out", "err");
            case "gate-status" -> gateStatus(PLACE);
            case "gate-status-of-an-unknown-place" -> gateStatus(Whereabouts.UNKNOWN);
            case "task-type-status-of-an-unknown-place" -> taskTypeStatus(Whereabouts.UNKNOWN);
            case "request-slots" -> new ModelGate.RequestSlots(9389, "alma", LIFE, 2, 7, Set.of(12L), nobody());
            case "renew" -> new ModelGate.Renew(9389, "alma", LIFE, 3, Set.of(4L), 1, 7, Set.of(12L), nobody());
            case "withdraw" -> new ModelGate.Withdraw(9389);
            case "release" -> new ModelGate.Release(4);
            case "holder-lost" -> new ModelGate.HolderLost(9389, LIFE);
            case "slot-lost" -> new ModelGate.SlotLost(4);
            case "slot-idle" -> new ModelGate.SlotIdle(4);
            case "slot-at-work" -> new ModelGate.SlotAtWork(4);
            case "epoch-passed" -> new ModelGate.EpochPassed(17);
            case "configure-gate" -> new ModelGate.Configure(2);
            case "pause-gate" -> new ModelGate.Pause();
            case "resume-gate" -> new ModelGate.Resume();
            case "get-gate-status" -> new ModelGate.GetStatus(nobody());
            case "gate-hand-over" -> new ModelGate.HandOver();
            case "granted" -> granted(null);
            case "granted-on-a-card" -> granted("0");
            case "yield-slot" -> new ModelGate.YieldSlot(4);
            case "renewed" -> new ModelGate.Renewed("mistral-nemo:12b", 17, 3, Set.of(4L), Set.of());
            case "closed" -> new ModelGate.Closed("paused");
            case "gate-is-there" ->
                new TaskTypes.GateIsThere(new ModelGate.Present("mistral-nemo:12b", nobody(), true));
            case "task-type-is-there" ->
                new TaskTypes.TaskTypeIsThere(new TaskTypeKeeper.Present(9389, "alma", nobody(), 17));
            case "reconfigure" -> new TaskTypeActor.Reconfigure(ALMA, true, 17);
            case "retire" -> new TaskTypeActor.Retire();
            case "resume" -> new TaskTypeActor.Resume();
            case "poll-now" -> new TaskTypeActor.PollNow();
            case "get-status" -> new TaskTypeActor.GetStatus(true, nobody());
            case "standing" -> new TaskTypeActor.Standing(taskTypeStatus(PLACE), List.of(breakerStatus()));
            case "run-subject" -> new TaskTypeActor.RunByHand("1234", nobody());
            case "gate-began" -> new TaskTypeActor.GateBegan();
            case "task-type-hand-over" -> new TaskTypeActor.HandOver();
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static WorkerHost.StartRun startRun(@Nullable String gpu) {
        return new WorkerHost.StartRun(
                5,
                ALMA,
                FACTS,
                List.of(CLAIM),
                Duration.ofMinutes(2),
                new WorkerHost.SlotId("mistral-nemo:12b", 4),
                gpu,
                LIFE,
                Set.of(71L));
    }

    private static ModelGate.Granted granted(@Nullable String gpu) {
        return new ModelGate.Granted("mistral-nemo:12b", 17, List.of(new ModelGate.Slot(4, 12, "gpu-1", gpu, NOON)));
    }

    private static Host host(Map<String, Long> gpuMemory, Set<String> loaded) {
        return new Host(12, "gpu-1", 16, Set.of("mistral-nemo:12b"), List.of("0"), gpuMemory, loaded, false, nobody());
    }

    private static TaskTypeStatus taskTypeStatus(Whereabouts where) {
        return new TaskTypeStatus(
                9389,
                "alma",
                "owl",
                "mistral-nemo:12b",
                "waiting",
                "for a slot",
                17,
                false,
                3,
                2,
                10,
                1,
                2,
                3,
                4,
                5,
                6,
                7,
                8,
                12.5,
                new TaskTypeStatus.Percentiles(9, 1.5, 2.5, 3.5),
                TaskTypeStatus.Percentiles.NONE,
                120,
                "set",
                List.of("look"),
                where);
    }

    private static GateStatus gateStatus(Whereabouts where) {
        return new GateStatus(
                "mistral-nemo:12b",
                2,
                "open",
                0,
                List.of(new GateStatus.Party("alma", 1, 2.5)),
                List.of(new GateStatus.Party("clara_a", 2, 0.5)),
                7,
                33.25,
                null,
                where);
    }

    private static BreakerStatus breakerStatus() {
        return new BreakerStatus("model", "mistral-nemo:12b", NOON, "connection refused", NOON.plusSeconds(30), 2);
    }

    /** A reference that is the same in every run. */
    private static <T> ActorRef<T> nobody() {
        return kit.system().deadLetters();
    }
}
