package org.turing.runtime.actors.wire;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.util.Map;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.gate.GateEvent;
import org.turing.runtime.ports.TicketLedger.Verdict;
import org.turing.runtime.ports.view.RuntimeControl.Target;

/**
 * The names under which the variants of the domain's sealed types travel. A name that was ever sent stays: others may
 * still run the version that sends it. The classes may be renamed.
 */
public final class WireModule extends SimpleModule {

    private static final long serialVersionUID = 1L;

    /** Every sealed type that may be a part of a message, with its variants by name. */
    static final Map<Class<?>, Map<String, Class<?>>> NAMES = Map.of(
            Outcome.class,
            Map.of(
                    "succeeded", Outcome.Succeeded.class,
                    "skipped", Outcome.Skipped.class,
                    "failed", Outcome.Failed.class,
                    "timed-out", Outcome.TimedOut.class,
                    "unrunnable", Outcome.Unrunnable.class,
                    "cancelled", Outcome.Cancelled.class),
            Verdict.class,
            Map.of(
                    "written", Verdict.Written.class,
                    "delayed", Verdict.Delayed.class,
                    "stale", Verdict.Stale.class),
            Target.class,
            Map.of(
                    "all", Target.All.class,
                    "task-type", Target.OneTaskType.class,
                    "model", Target.OneModel.class),
            GateEvent.class,
            Map.of(
                    "queued", GateEvent.Queued.class,
                    "withdrawn", GateEvent.Withdrawn.class,
                    "granted", GateEvent.Granted.class,
                    "yield-asked", GateEvent.YieldAsked.class,
                    "released", GateEvent.Released.class,
                    "quarantined", GateEvent.Quarantined.class,
                    "configured", GateEvent.Configured.class,
                    "paused", GateEvent.Paused.class,
                    "resumed", GateEvent.Resumed.class));

    /** Loaded by Pekko. */
    public WireModule() {
        super(WireModule.class.getName());
        NAMES.forEach((type, variants) -> {
            setMixInAnnotation(type, Named.class);
            variants.forEach((name, variant) -> registerSubtypes(new NamedType(variant, name)));
        });
    }

    /** Laid over a sealed type, which itself knows nothing of this. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
    private interface Named {}
}
