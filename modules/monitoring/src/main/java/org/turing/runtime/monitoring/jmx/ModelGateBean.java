package org.turing.runtime.monitoring.jmx;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.ports.view.GateStatus;
import org.turing.runtime.ports.view.RuntimeControl.Target;

final class ModelGateBean implements ModelGateMXBean {

    private final BeanSource source;
    private final String model;

    ModelGateBean(BeanSource source, String model) {
        this.source = source;
        this.model = model;
    }

    @Override
    public String getModel() {
        return status().model();
    }

    @Override
    public int getSlots() {
        return status().slots();
    }

    @Override
    public int getSlotsHeld() {
        return status().holders().stream().mapToInt(GateStatus.Party::slots).sum();
    }

    @Override
    public String getState() {
        return status().state();
    }

    @Override
    public int getSlotsQuarantined() {
        return status().quarantined();
    }

    @Override
    public @Nullable String getAlarm() {
        return status().alarm();
    }

    @Override
    public List<String> getHolders() {
        return forPeople(status().holders());
    }

    @Override
    public List<String> getWaiting() {
        return forPeople(status().waiting());
    }

    @Override
    public int getWaitingCount() {
        return status().waiting().size();
    }

    @Override
    public double getLongestWaitSeconds() {
        return status().waiting().stream()
                .mapToDouble(GateStatus.Party::seconds)
                .max()
                .orElse(0);
    }

    @Override
    public long getGranted() {
        return status().granted();
    }

    @Override
    public double getBusySeconds() {
        return status().busySeconds();
    }

    @Override
    public String getLivesOn() {
        return status().where().node();
    }

    @Override
    public Map<String, Integer> getSlotsOn() {
        return status().where().hosts();
    }

    @Override
    public String pause() {
        return source.done("pause " + this, source.control().pause(new Target.OneModel(model)));
    }

    @Override
    public String resume() {
        return source.done("resume " + this, source.control().resume(new Target.OneModel(model)));
    }

    @Override
    public String toString() {
        return "the gate of model '" + model + "'";
    }

    private GateStatus status() {
        return source.gate(model);
    }

    private static List<String> forPeople(List<GateStatus.Party> parties) {
        return parties.stream()
                .map(party -> String.format(
                        Locale.ROOT,
                        "%s: %d slot%s for %.1f s",
                        party.taskType(),
                        party.slots(),
                        party.slots() == 1 ? "" : "s",
                        party.seconds()))
                .toList();
    }
}
