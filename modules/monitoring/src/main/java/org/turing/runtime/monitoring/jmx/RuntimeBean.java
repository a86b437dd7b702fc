package org.turing.runtime.monitoring.jmx;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.ports.view.GateStatus;
import org.turing.runtime.ports.view.RuntimeControl.Target;
import org.turing.runtime.ports.view.TaskTypeStatus;

final class RuntimeBean implements TuringRuntimeMXBean {

    private static final Logger LOG = LoggerFactory.getLogger(RuntimeBean.class);

    private final BeanSource source;
    private final LongSupplier nanoClock;

    RuntimeBean(BeanSource source, LongSupplier nanoClock) {
        this.source = source;
        this.nanoClock = nanoClock;
    }

    @Override
    public String getVersion() {
        return source.status().version();
    }

    @Override
    public String getHost() {
        return source.status().host();
    }

    @Override
    public long getPid() {
        return source.status().pid();
    }

    @Override
    public long getRuntimeId() {
        return source.status().runtimeId();
    }

    @Override
    public String getState() {
        return source.status().state();
    }

    @Override
    public String getStartedAt() {
        return source.status().startedAt().toString();
    }

    @Override
    public @Nullable String getDatabaseProblem() {
        return source.status().databaseProblem();
    }

    @Override
    public List<String> getWarnings() {
        return source.status().warnings();
    }

    @Override
    public List<String> getTaskTypes() {
        return source.status().taskTypes().stream().map(TaskTypeStatus::name).toList();
    }

    @Override
    public List<String> getModels() {
        return source.status().gates().stream().map(GateStatus::model).toList();
    }

    @Override
    public List<String> getOpenBreakers() {
        return source.status().breakers().stream()
                .map(one -> one.kind() + " '" + one.name() + "' since " + one.since() + ": " + one.reason())
                .toList();
    }

    @Override
    public long getInbox() {
        return sum(one -> Math.max(0, one.inbox()));
    }

    @Override
    public int getInFlight() {
        return (int) sum(TaskTypeStatus::inFlight);
    }

    @Override
    public int getRunning() {
        return (int) sum(TaskTypeStatus::running);
    }

    @Override
    public long getCompleted() {
        return sum(TaskTypeStatus::completed);
    }

    @Override
    public long getSkipped() {
        return sum(TaskTypeStatus::skipped);
    }

    @Override
    public long getFailed() {
        return sum(TaskTypeStatus::failed);
    }

    @Override
    public long getDead() {
        return sum(TaskTypeStatus::dead);
    }

    @Override
    public long getUnwritten() {
        return source.status().unwritten().outcomes();
    }

    @Override
    public double getUnwrittenSeconds() {
        return source.status().unwritten().seconds();
    }

    @Override
    public double getPerMinute() {
        return source.status().taskTypes().stream()
                .mapToDouble(TaskTypeStatus::perMinute)
                .filter(Double::isFinite)
                .sum();
    }

    @Override
    public long getStatusAgeMillis() {
        return TimeUnit.NANOSECONDS.toMillis(
                nanoClock.getAsLong() - source.reading().readAtNanos());
    }

    @Override
    public String pause() {
        return source.done("pause everything", source.control().pause(new Target.All()));
    }

    @Override
    public String resume() {
        return source.done("resume everything", source.control().resume(new Target.All()));
    }

    @Override
    public void stop(boolean now) {
        LOG.info("JMX: asked to stop{}", now ? " now" : "");
        source.control().stop(now);
    }

    private long sum(ToLongFunction<TaskTypeStatus> count) {
        return source.status().taskTypes().stream().mapToLong(count).sum();
    }
}
