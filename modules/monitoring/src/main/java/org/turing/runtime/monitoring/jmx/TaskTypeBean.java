package org.turing.runtime.monitoring.jmx;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.ports.view.RuntimeControl.Target;
import org.turing.runtime.ports.view.TaskTypeStatus;

final class TaskTypeBean implements TaskTypeMXBean {

    private final BeanSource source;
    private final String name;

    TaskTypeBean(BeanSource source, String name) {
        this.source = source;
        this.name = name;
    }

    @Override
    public long getId() {
        return status().id();
    }

    @Override
    public String getName() {
        return status().name();
    }

    @Override
    public @Nullable String getPipeline() {
        return status().pipeline();
    }

    @Override
    public @Nullable String getModel() {
        return status().model();
    }

    @Override
    public String getState() {
        return status().state();
    }

    @Override
    public @Nullable String getReason() {
        return status().reason();
    }

    @Override
    public long getInbox() {
        return status().inbox();
    }

    @Override
    public boolean isInboxMore() {
        return status().inboxIsMore();
    }

    @Override
    public int getInFlight() {
        return status().inFlight();
    }

    @Override
    public int getRunning() {
        return status().running();
    }

    @Override
    public long getCompleted() {
        return status().completed();
    }

    @Override
    public long getSkipped() {
        return status().skipped();
    }

    @Override
    public long getFailed() {
        return status().failed();
    }

    @Override
    public long getDead() {
        return status().dead();
    }

    @Override
    public long getOvertaken() {
        return status().overtaken();
    }

    @Override
    public long getBackingOff() {
        return status().backingOff();
    }

    @Override
    public long getStayed() {
        return status().stayed();
    }

    @Override
    public long getSetAside() {
        return status().setAside();
    }

    @Override
    public long getDeadStanding() {
        return status().deadStanding();
    }

    @Override
    public double getPerMinute() {
        return status().perMinute();
    }

    @Override
    public long getDurationCount() {
        return status().durationMillis().count();
    }

    @Override
    public double getDurationMillisP50() {
        return status().durationMillis().p50();
    }

    @Override
    public double getDurationMillisP99() {
        return status().durationMillis().p99();
    }

    @Override
    public double getDurationMillisMax() {
        return status().durationMillis().max();
    }

    @Override
    public long getPickUpCount() {
        return status().pickUpMillis().count();
    }

    @Override
    public double getPickUpMillisP50() {
        return status().pickUpMillis().p50();
    }

    @Override
    public double getPickUpMillisP99() {
        return status().pickUpMillis().p99();
    }

    @Override
    public double getPickUpMillisMax() {
        return status().pickUpMillis().max();
    }

    @Override
    public double getTimeoutSeconds() {
        return status().timeoutSeconds();
    }

    @Override
    public @Nullable String getTimeoutFrom() {
        return status().timeoutFrom();
    }

    @Override
    public String getLivesOn() {
        return status().where().node();
    }

    @Override
    public Map<String, Integer> getRunsOn() {
        return status().where().hosts();
    }

    @Override
    public List<String> getWarnings() {
        return status().warnings();
    }

    @Override
    public String pause() {
        return source.done("pause " + this, source.control().pause(new Target.OneTaskType(name)));
    }

    @Override
    public String resume() {
        return source.done("resume " + this, source.control().resume(new Target.OneTaskType(name)));
    }

    @Override
    public String pollNow() {
        return source.done("poll " + this, source.control().pollNow(name));
    }

    @Override
    public String toString() {
        return "task type '" + name + "'";
    }

    private TaskTypeStatus status() {
        return source.taskType(name);
    }
}
