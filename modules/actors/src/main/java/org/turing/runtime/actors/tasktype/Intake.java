package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.breaker.Breakers;
import org.turing.runtime.actors.gate.ModelGate;
import org.turing.runtime.actors.tasktype.TaskTypeActor.Claimed;
import org.turing.runtime.actors.tasktype.TaskTypeActor.LingerDue;
import org.turing.runtime.actors.tasktype.TaskTypeActor.LookDue;
import org.turing.runtime.actors.tasktype.TaskTypeActor.Looked;
import org.turing.runtime.actors.tasktype.TaskTypeActor.PollDue;
import org.turing.runtime.actors.work.Host;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Placement;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.pace.ClaimAhead;
import org.turing.runtime.ports.InboxShape;
import org.turing.runtime.ports.Inboxes;

/**
 * How work comes in: when to look at the inbox, when to ask the gate for slots, what to claim of what was found. Owned
 * by one task-type actor.
 */
final class Intake {

    /** How many subjects a look asks for before any slot is held. */
    private static final int PROBE = 32;

    /** What was found longer ago than this before a slot came is looked up afresh. */
    private static final Duration FRESH = Duration.ofMillis(100);

    /**
     * @param asked the registration that it is made for: what it brings is of no use to another one
     * @param beganAt when it began, by {@link System#nanoTime()}
     * @param wokenAt when the event came that asked for it; 0 for a poll
     * @param inVain whether it is expected to find nothing: it is made with those of others, and takes its time for
     *     that
     */
    record Look(TaskType asked, long beganAt, long wokenAt, boolean inVain) {
        static Look from(TaskType asked, long beganAt, long wokenAt) {
            return new Look(asked, beganAt, wokenAt, false);
        }

        /** For what it found and had to wait since. */
        Look waited() {
            return wokenAt == 0 ? this : new Look(asked, beganAt, 0, inVain);
        }
    }

    /** A look in vain that is under way. */
    private record Vain(Look look, CompletableFuture<Inboxes.Found> answer) {}

    /** What was found before a slot was held. */
    private record Waiting(Inboxes.Found found, long foundAt, long wokenAt) {}

    private final Surroundings around;
    private final Duty duty;
    private final Errands errands;
    private final PortCalls calls;
    private final Barrier barrier;
    private final InboxWatch inbox;
    private final ClaimQueue claims;
    private final ClaimReturns returns;
    private final Lanes lanes;
    private final GateSeat seat;
    private final Hosting hosting;
    private ClaimAhead ahead;
    private @Nullable Waiting waitingForSlots;
    /** The look under way if it is one in vain; null if another one or none is under way. */
    private @Nullable Vain vain;

    /** Subjects that were found when the look under way began: it may find them once more. */
    private final Set<String> known = new HashSet<>();
    /** The candidates of the claim under way, each of which has been taken of the budget; none if none is. */
    private List<Candidate> claiming = List.of();

    private LookSize lookSize = new LookSize();

    Intake(
            Tools tools,
            InboxWatch inbox,
            ClaimQueue claims,
            ClaimReturns returns,
            Lanes lanes,
            GateSeat seat,
            Hosting hosting) {
        this.around = tools.around();
        this.duty = tools.duty();
        this.errands = tools.errands();
        this.calls = tools.calls();
        this.barrier = tools.barrier();
        this.inbox = inbox;
        this.claims = claims;
        this.returns = returns;
        this.lanes = lanes;
        this.seat = seat;
        this.hosting = hosting;
        this.ahead = new ClaimAhead(around.settings().claimAhead());
    }

    /** Whether a claim is under way. */
    boolean claiming() {
        return !claiming.isEmpty();
    }

    /** Whether a look or a claim is under way. */
    boolean busy() {
        return claiming() || inbox.looking();
    }

    boolean mayClaim() {
        return wouldClaim() && !around.budget().exhausted() && barrier.lets() && room() > 0;
    }

    /** How many more claims could have their outcomes kept if the ledger took none for now. */
    private int room() {
        return around.unwritten().room(duty.taskType().id(), claims.inFlight());
    }

    private boolean wouldClaim() {
        return duty.atWork() && !returns.doubtful();
    }

    /** Learns how long a run takes. */
    void learn(Duration run) {
        ahead.learn(run);
    }

    /** The registration changed: what was learned and found is of no use any more. */
    void startAfresh() {
        waitingForSlots = null;
        lookSize = new LookSize();
        ahead = new ClaimAhead(around.settings().claimAhead());
        inbox.dropReserve();
        inbox.wake(System.nanoTime());
    }

    /** Gives back everything that is not running, and the slots that are not used. */
    void stop() {
        returns.giveBackUnstarted();
        leaveGate();
    }

    /** This life of the actor is over: what it took for tickets that it has not started is there for others. */
    void fail() {
        around.budget().giveBack(claims.takeUnstarted(runtimeId -> true).size() + claiming.size());
    }

    /** No host takes work any more: nothing that was found stands, and no slot is of any use. */
    void hostless() {
        inbox.dropReserve();
        leaveGate();
    }

    /** What waits although it can't start any more goes back: on its host, or anywhere. */
    void giveBackStranded() {
        if (!duty.atWork() || !barrier.letsStart()) {
            returns.giveBackUnstarted();
            return;
        }
        Map<Long, Host> usable = hosting.usable();
        boolean gated = duty.needsModel() && lanes.usable() > 0;
        returns.giveBackUnstarted(runtimeId -> !usable.containsKey(runtimeId) || gated && lanes.usable(runtimeId) == 0);
    }

    /** What a lane did not begin waits again: for another lane, unless there is none any more. */
    void onNotBegun() {
        if (duty.needsModel() && lanes.usable() == 0) {
            returns.giveBackUnstarted();
        } else {
            giveBackStranded();
        }
    }

    private void leaveGate() {
        seat.leave();
        waitingForSlots = null;
    }

    // ------------------------------------------------------------------ what can be begun now

    /**
     * Gives back slots that are asked back or that there is nothing for. What may be of use in a moment is kept for
     * that long.
     */
    void returnSlots() {
        boolean mayClaim = mayClaim();
        if (claims.waiting() > 0 || claiming() || mayClaim && inbox.hasReserve()) {
            seat.returnAskedBack();
        } else if (!mayClaim) {
            seat.returnIdle();
        } else {
            Duration left = seat.linger(hosting.usable().keySet(), inbox.looking() || inbox.wanted());
            if (left != null) {
                errands.remindUnlessSet("linger", new LingerDue(), left);
            }
        }
    }

    /** Asks for a first slot when claims wait for one, and for one more while the inbox is known to hold more. */
    void askForSlots() {
        if (!duty.needsModel() || seat.waiting()) {
            return;
        }
        if (lanes.usable() == 0) {
            if (claims.waiting() > 0) {
                seat.request(claims.waiting(), claims.waitingFor(false));
            }
        } else if (mayClaim() && !lanes.anyFree()) {
            int more = claims.waiting() + (inbox.more() ? 1 : 0);
            if (more > 0) {
                seat.request(more, hosting.usable().keySet());
            }
        }
    }

    /** Claims of what was found, and looks for more where there is none or soon will be none. */
    void look() {
        InboxShape shape = duty.fitness().shape();
        if (shape == null || !mayClaim()) {
            return;
        }
        long now = System.nanoTime();
        if (lanes.usable() > 0) {
            claimOf(inbox.reserve(now));
        }
        if (inbox.wanted() && mayBegin() && !putOff(now)) {
            int ask = claiming() || inbox.hasReserve() ? aheadOfTime() : want();
            if (ask > 0) {
                look(shape, Math.max(ask, worthKeeping(ask)), now);
            }
        }
    }

    /** One at a time; but a look in vain takes its time, and whatever has arrived does not wait for it. */
    private boolean mayBegin() {
        return !inbox.looking() || vain != null && !inbox.expectsNothing();
    }

    private void look(InboxShape shape, int ask, long now) {
        errands.cancel("poll");
        supersede();
        known.clear();
        known.addAll(inbox.reserve(now).ids());
        claiming.forEach(candidate -> known.add(candidate.subject().id()));
        int all = ask + known.size();
        CompletableFuture<Inboxes.Found> nothing =
                inbox.expectsNothing() ? calls.findNothing(duty.taskType(), shape, all) : null;
        Look look = new Look(duty.taskType(), now, inbox.begin(), nothing != null);
        vain = nothing == null ? null : new Vain(look, nothing);
        CompletionStage<Inboxes.Found> answer = nothing == null ? calls.find(duty.taskType(), shape, all) : nothing;
        errands.send(answer, (found, failure) -> new Looked(look, found, failure));
    }

    /** What the look in vain under way will have found is of no use any more: it may have looked too soon. */
    private void supersede() {
        Vain before = vain;
        vain = null;
        if (before != null) {
            before.answer().cancel(false);
        }
    }

    private boolean superseded(Look look) {
        return look.inVain() && (vain == null || !vain.look().equals(look));
    }

    private void claimOf(Reserve reserve) {
        int want = claiming() || reserve.isEmpty() ? 0 : want();
        Reserve.Some some = want == 0 ? null : reserve.take(want);
        if (some != null) {
            claim(some.look(), some.candidates(), some.snapshot());
        }
    }

    /** How many subjects to look for while others are being claimed; 0 unless those will soon be worked off. */
    private int aheadOfTime() {
        int batchSize = duty.taskType().batchSize();
        boolean low = inbox.reserve(System.nanoTime()).size() < 2 * batchSize;
        return low && inbox.more() && worthKeeping(batchSize) > batchSize ? batchSize : 0;
    }

    /** How many subjects a look may well find, as they are worked off soon. */
    private int worthKeeping(int want) {
        if (!inbox.more() || hosting.scripts().bulk() || barrier.most(want) < want || room() < want) {
            return 0;
        }
        return lookSize.most(ahead, lanes.usable());
    }

    private boolean putOff(long now) {
        Duration gap = inbox.gap(now);
        if (gap.isZero()) {
            return false;
        }
        errands.remindUnlessSet("look", new LookDue(), gap);
        return true;
    }

    private int want() {
        return Math.max(0, Math.min(barrier.most(wanted()), room()));
    }

    private int wanted() {
        int batchSize = duty.taskType().batchSize();
        if (duty.needsModel() && lanes.usable() == 0) {
            return seat.waiting() || claims.waiting() > 0 ? 0 : Math.min(PROBE, batchSize);
        }
        return hosting.usable().keySet().stream().mapToInt(this::wantedFor).sum();
    }

    /** How many more may be claimed for that host. */
    private int wantedFor(long runtimeId) {
        int batchSize = duty.taskType().batchSize();
        int held = claims.held(runtimeId);
        return hosting.scripts().bulk()
                ? Math.max(0, lanes.usable(runtimeId) * batchSize - held)
                : ahead.want(lanes.usable(runtimeId), held, batchSize);
    }

    /** Places candidates on the hosts that want them, those first that want most; a batch goes to one host. */
    private List<Placement> place(List<Candidate> candidates) {
        Map<Long, Integer> wanted = new LinkedHashMap<>();
        hosting.usable().keySet().forEach(runtimeId -> wanted.put(runtimeId, wantedFor(runtimeId)));
        int together = hosting.scripts().bulk() ? duty.taskType().batchSize() : 1;
        List<Placement> placed = new ArrayList<>();
        while (placed.size() < candidates.size()) {
            Optional<Map.Entry<Long, Integer>> most =
                    wanted.entrySet().stream().filter(e -> e.getValue() > 0).max(Map.Entry.comparingByValue());
            if (most.isEmpty()) {
                return placed;
            }
            int count = Math.min(together, Math.min(most.get().getValue(), candidates.size() - placed.size()));
            long runtimeId = most.get().getKey();
            for (int i = 0; i < count; i++) {
                placed.add(new Placement(candidates.get(placed.size()), runtimeId));
            }
            wanted.merge(runtimeId, -count, Integer::sum);
        }
        return placed;
    }

    void schedulePoll() {
        boolean idle = mayClaim() && !inbox.wanted() && !busy() && !seat.waiting();
        // others may give tickets back, or their outcomes be written
        boolean heldUp = wouldClaim() && (around.budget().exhausted() || room() <= 0);
        if (idle || heldUp) {
            Duration own = duty.taskType().pollInterval();
            Duration longest = own != null ? own : around.settings().pollLongest();
            errands.remindUnlessSet(
                    "poll", new PollDue(), inbox.pause(around.settings().pollShortest(), longest, System.nanoTime()));
        }
    }

    // ------------------------------------------------------------------ what looks and claims brought

    /** Returns the failure that the look ended in, for the actor to judge, or null. */
    @Nullable
    Throwable onLooked(Looked looked) {
        if (superseded(looked.look())) {
            return null;
        }
        vain = null;
        Inboxes.Found found = looked.found();
        if (!looked.look().inVain()) {
            inbox.tookUntil(looked.look().beganAt(), System.nanoTime());
        }
        boolean outdated = !looked.look().asked().equals(duty.taskType());
        if (outdated || found == null) {
            inbox.failed();
            return outdated ? null : looked.failure();
        }
        duty.readingWorked();
        inbox.passedOver(found, claims.inFlight() == 0);
        lookSize.looked(found);
        if (found.candidates().isEmpty()) {
            inbox.foundNothing(looked.look().beganAt(), found.limitHides());
            return null;
        }
        inbox.foundSome(found.limitHides());
        if (!mayClaim()) {
            inbox.expectMore();
        } else if (duty.needsModel() && lanes.usable() == 0) {
            waitingForSlots =
                    new Waiting(found, System.nanoTime(), looked.look().wokenAt());
            seat.request(
                    barrier.most(found.candidates().size()), hosting.usable().keySet());
        } else {
            claimFrom(looked.look(), found);
        }
        return null;
    }

    private void claimFrom(Look look, Inboxes.Found found) {
        long now = System.nanoTime();
        inbox.reserve(now).keep(look, found.snapshot(), found.candidates(), known, now);
        known.clear();
        if (found.more()) {
            inbox.expectMore();
        }
        claimOf(inbox.reserve(now));
    }

    private void claim(Look look, List<Candidate> candidates, String snapshot) {
        Breakers.Pass pass = barrier.pass();
        if (pass == null) {
            inbox.expectMore();
            return;
        }
        int taken = around.budget().take(pass.isProbe() ? 1 : candidates.size());
        if (taken == 0) {
            barrier.letGo();
            return;
        }
        List<Placement> asked = place(candidates.subList(0, taken));
        if (asked.isEmpty()) {
            around.budget().giveBack(taken);
            barrier.letGo();
            inbox.expectMore();
            return;
        }
        around.budget().giveBack(taken - asked.size());
        claiming = asked.stream().map(Placement::candidate).toList();
        errands.send(
                pass.isProbe()
                        ? calls.claimForProbe(
                                duty.taskType(), hosting.host(asked.get(0).runtimeId()), asked, snapshot, seat.epoch())
                        : calls.claim(duty.taskType(), asked, snapshot, seat.epoch()),
                (made, failure) -> new Claimed(look, asked.size(), made, failure));
    }

    /** Returns the failure that the claim ended in, for the actor to judge, or null. */
    @Nullable
    Throwable onClaimed(Claimed claimed) {
        claiming = List.of();
        List<Claim> made = claimed.claims();
        if (made == null) {
            around.budget().giveBack(claimed.asked());
            inbox.expectMore();
            if (claimed.failure() instanceof StillBroken still) {
                barrier.stillBroken(String.valueOf(still.getMessage()));
                return null;
            }
            barrier.letGo();
            returns.doubt(claimed.failure());
            return claimed.failure();
        }
        barrier.claimed(made);
        around.budget().giveBack(claimed.asked() - made.size());
        inbox.claimed(made.size(), claimed.look().beganAt());
        claims.add(made);
        if (claimed.look().wokenAt() != 0) {
            int startNow = Math.max(0, lanes.usable() - lanes.running());
            made.stream()
                    .limit(startNow)
                    .forEach(c -> claims.pickUp(c.ticketId(), claimed.look().wokenAt()));
        }
        returns.loseEnded(made);
        if (!duty.atWork() || !barrier.letsStart() || !claimed.look().asked().equals(duty.taskType())) {
            returns.giveBackUnstarted();
        }
        return null;
    }

    // ------------------------------------------------------------------ what the gate said

    /**
     * A slot is asked back. Whoever wants it again asks before it lets go: one who comes back later counts as a
     * newcomer. What has gone back meanwhile, as it lay idle for too long, is not concerned.
     */
    void onYield(long leaseId) {
        if (!lanes.mayStartOn(leaseId)) {
            return;
        }
        lanes.yield(leaseId);
        if (lanes.usable() == 0) {
            returns.giveBackUnstarted();
        }
        if (mayClaim() && inbox.more() && !seat.waiting()) {
            seat.request(1, hosting.usable().keySet());
        }
    }

    void onGranted(ModelGate.Granted granted) {
        Waiting waiting = waitingForSlots;
        if (!seat.take(granted) || waiting == null) {
            return;
        }
        waitingForSlots = null;
        if (claims.waiting() > 0) {
            inbox.expectMore();
        } else if (mayClaim() && System.nanoTime() - waiting.foundAt() <= FRESH.toNanos()) {
            claimFrom(Look.from(duty.taskType(), waiting.foundAt(), waiting.wokenAt()), waiting.found());
        } else {
            inbox.wake(waiting.wokenAt());
        }
    }
}
