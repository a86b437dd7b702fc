package org.turing.runtime.monitoring.jmx;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.management.InstanceNotFoundException;
import javax.management.JMX;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.turing.runtime.monitoring.FakeRuntime;
import org.turing.runtime.monitoring.Samples;
import org.turing.runtime.ports.view.RuntimeControl.Answer;
import org.turing.runtime.ports.view.RuntimeStatus;

@Timeout(60)
class JmxRegistrationTest {

    private static final ObjectName CLARA = JmxNames.taskType("clara_a");
    private static final ObjectName LUCY = JmxNames.taskType("lucy");
    private static final ObjectName MISTRAL = JmxNames.modelGate("mistral-nemo:12b");

    private static final JmxRegistration.Pace OFTEN =
            new JmxRegistration.Pace(Duration.ofMillis(10), Duration.ofMillis(10));
    private static final JmxRegistration.Pace SELDOM =
            new JmxRegistration.Pace(Duration.ofMillis(10), Duration.ofDays(1));

    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private final FakeRuntime runtime = new FakeRuntime();
    private final JmxRegistration registration = JmxRegistration.start(server, runtime, OFTEN);

    @AfterEach
    void close() {
        registration.close();
    }

    @Test
    void theRuntimeEachTaskTypeAndEachGateHaveABean() {
        awaitBeans(JmxNames.runtime(), CLARA, LUCY, MISTRAL);
    }

    @Test
    void theRuntimesBeanSumsUp() {
        TuringRuntimeMXBean bean = JMX.newMXBeanProxy(server, JmxNames.runtime(), TuringRuntimeMXBean.class);

        assertThat(bean.getState()).isEqualTo("running");
        assertThat(bean.getVersion()).isEqualTo("1.2.3");
        assertThat(bean.getHost()).isEqualTo("laptop");
        assertThat(bean.getPid()).isEqualTo(4711);
        assertThat(bean.getRuntimeId()).isEqualTo(42);
        assertThat(bean.getStartedAt()).isEqualTo("2026-01-02T03:04:05.678Z");
        assertThat(bean.getDatabaseProblem()).isNull();
        assertThat(bean.getWarnings()).containsExactly("an alarm");
        assertThat(bean.getTaskTypes()).containsExactly("clara_a", "lucy");
        assertThat(bean.getModels()).containsExactly("mistral-nemo:12b");
        assertThat(bean.getOpenBreakers()).containsExactly("model 'gemma2' since " + Samples.STARTED + ": refused");
        assertThat(bean.getInbox()).isEqualTo(120);
        assertThat(bean.getInFlight()).isEqualTo(8);
        assertThat(bean.getRunning()).isEqualTo(4);
        assertThat(bean.getCompleted()).isEqualTo(2_000);
        assertThat(bean.getUnwritten()).isEqualTo(3);
        assertThat(bean.getUnwrittenSeconds()).isEqualTo(2.5);
        assertThat(bean.getSkipped()).isEqualTo(22);
        assertThat(bean.getFailed()).isEqualTo(24);
        assertThat(bean.getDead()).isEqualTo(26);
        assertThat(bean.getPerMinute()).isEqualTo(2.5);
        assertThat(bean.getStatusAgeMillis()).isBetween(0L, 60_000L);
    }

    @Test
    void aTaskTypesBeanShowsItsStatus() {
        awaitBeans(JmxNames.runtime(), CLARA, LUCY, MISTRAL);
        TaskTypeMXBean clara = JMX.newMXBeanProxy(server, CLARA, TaskTypeMXBean.class);
        TaskTypeMXBean lucy = JMX.newMXBeanProxy(server, LUCY, TaskTypeMXBean.class);

        assertThat(clara.getId()).isEqualTo(9364);
        assertThat(clara.getName()).isEqualTo("clara_a");
        assertThat(clara.getPipeline()).isEqualTo("owl");
        assertThat(clara.getModel()).isEqualTo("mistral-nemo:12b");
        assertThat(clara.getState()).isEqualTo("working");
        assertThat(clara.getInbox()).isEqualTo(120);
        assertThat(clara.isInboxMore()).isTrue();
        assertThat(clara.getInFlight()).isEqualTo(4);
        assertThat(clara.getRunning()).isEqualTo(2);
        assertThat(List.of(clara.getCompleted(), clara.getSkipped(), clara.getFailed(), clara.getDead()))
                .containsExactly(1_000L, 11L, 12L, 13L);
        assertThat(List.of(clara.getOvertaken(), clara.getBackingOff(), clara.getStayed(), clara.getSetAside()))
                .containsExactly(14L, 15L, 16L, 17L);
        assertThat(clara.getDeadStanding()).isEqualTo(18);
        assertThat(clara.getPerMinute()).isEqualTo(2.5);
        assertThat(List.of(clara.getDurationMillisP50(), clara.getDurationMillisP99(), clara.getDurationMillisMax()))
                .containsExactly(12_000.0, 230_000.0, 414_000.0);
        assertThat(List.of(clara.getPickUpMillisP50(), clara.getPickUpMillisP99(), clara.getPickUpMillisMax()))
                .containsExactly(1.5, 30.0, 45.0);
        assertThat(clara.getDurationCount()).isEqualTo(7);
        assertThat(clara.getPickUpCount()).isEqualTo(7);
        assertThat(clara.getLivesOn()).isEqualTo("gpu-1");
        assertThat(clara.getRunsOn()).isEqualTo(Map.of("gpu-2", 2));
        assertThat(clara.getWarnings()).containsExactly("look at me");
        assertThat(lucy.getModel()).isNull();
        assertThat(lucy.getReason()).isEqualTo("nothing to do");
        assertThat(lucy.getInbox()).isEqualTo(-1);
    }

    @Test
    void aGatesBeanShowsWhoHoldsItAndWhoWaits() {
        awaitBeans(JmxNames.runtime(), CLARA, LUCY, MISTRAL);
        ModelGateMXBean gate = JMX.newMXBeanProxy(server, MISTRAL, ModelGateMXBean.class);

        assertThat(gate.getModel()).isEqualTo("mistral-nemo:12b");
        assertThat(gate.getState()).isEqualTo("open");
        assertThat(gate.getSlots()).isEqualTo(2);
        assertThat(gate.getSlotsHeld()).isEqualTo(1);
        assertThat(gate.getHolders()).containsExactly("clara_a: 1 slot for 12.3 s");
        assertThat(gate.getWaiting()).containsExactly("alma: 2 slots for 0.4 s", "carl: 1 slot for 0.1 s");
        assertThat(gate.getWaitingCount()).isEqualTo(2);
        assertThat(gate.getLongestWaitSeconds()).isEqualTo(0.4);
        assertThat(gate.getGranted()).isEqualTo(99);
        assertThat(gate.getBusySeconds()).isEqualTo(1234.5);
        assertThat(gate.getLivesOn()).isEqualTo("gpu-1");
        assertThat(gate.getSlotsOn()).isEqualTo(Map.of("gpu-2", 2));
    }

    @Test
    void everyAttributeCanBeReadByToolsWithoutOurClasses() throws Exception {
        awaitBeans(JmxNames.runtime(), CLARA, LUCY, MISTRAL);
        for (ObjectName name : server.queryNames(null, null)) {
            if (!name.getDomain().equals(JmxNames.DOMAIN)) {
                continue;
            }
            MBeanAttributeInfo[] attributes = server.getMBeanInfo(name).getAttributes();
            String[] names =
                    Arrays.stream(attributes).map(MBeanAttributeInfo::getName).toArray(String[]::new);

            assertThat(attributes)
                    .hasSizeGreaterThan(9)
                    .allMatch(one -> one.getDescriptor().getFieldValue(JMX.OPEN_TYPE_FIELD) != null);
            assertThat(server.getAttributes(name, names)).hasSize(names.length);
        }
    }

    @Test
    void operationsReachTheRuntime() {
        awaitBeans(JmxNames.runtime(), CLARA, LUCY, MISTRAL);
        TuringRuntimeMXBean bean = JMX.newMXBeanProxy(server, JmxNames.runtime(), TuringRuntimeMXBean.class);
        TaskTypeMXBean clara = JMX.newMXBeanProxy(server, CLARA, TaskTypeMXBean.class);
        ModelGateMXBean gate = JMX.newMXBeanProxy(server, MISTRAL, ModelGateMXBean.class);

        assertThat(bean.pause()).isEqualTo("done");
        bean.resume();
        clara.pause();
        clara.resume();
        clara.pollNow();
        gate.pause();
        gate.resume();
        bean.stop(true);

        assertThat(runtime.asked())
                .containsExactly(
                        "pause All[]",
                        "resume All[]",
                        "pause OneTaskType[taskType=clara_a]",
                        "resume OneTaskType[taskType=clara_a]",
                        "poll clara_a",
                        "pause OneModel[model=mistral-nemo:12b]",
                        "resume OneModel[model=mistral-nemo:12b]",
                        "stop true");
    }

    @Test
    void anOperationThatWasNotDoneFailsWithTheReason() {
        TuringRuntimeMXBean bean = JMX.newMXBeanProxy(server, JmxNames.runtime(), TuringRuntimeMXBean.class);

        runtime.answersWith(CompletableFuture.completedStage(new Answer(false, "on its way out")));
        assertThatThrownBy(bean::pause)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("pause everything: not done: on its way out");

        runtime.answersWith(CompletableFuture.failedStage(new IllegalArgumentException("no guardian")));
        assertThatThrownBy(bean::pause)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no guardian")
                .hasNoCause();
    }

    @Test
    void beansComeAndGoWithTaskTypesAndGates() {
        awaitBeans(JmxNames.runtime(), CLARA, LUCY, MISTRAL);
        TaskTypeMXBean clara = JMX.newMXBeanProxy(server, CLARA, TaskTypeMXBean.class);

        runtime.shows(Samples.status("running", null, List.of(Samples.lucy()), List.of(Samples.gate("gemma2"))));
        awaitBeans(JmxNames.runtime(), LUCY, JmxNames.modelGate("gemma2"));

        assertThatThrownBy(clara::getState).hasRootCauseInstanceOf(InstanceNotFoundException.class);
        runtime.shows(Samples.running());
        awaitBeans(JmxNames.runtime(), CLARA, LUCY, MISTRAL);
        assertThat(clara.getState()).isEqualTo("working");
    }

    @Test
    void beansComeUnreadToo() {
        await().atMost(30, SECONDS).until(() -> beans().contains(LUCY));
        runtime.shows(Samples.status("running", null, List.of(Samples.claraA()), List.of()));

        await().atMost(30, SECONDS).until(() -> !beans().contains(LUCY));
    }

    @Test
    void whatIsReadByNobodyAndStaysAsItIsIsSeldomAskedFor() {
        FakeRuntime unread = new FakeRuntime();
        MBeanServer own = MBeanServerFactory.newMBeanServer();
        unread.shows(Samples.status("starting", null, List.of(), List.of()));
        JmxRegistration settling = JmxRegistration.start(own, unread, SELDOM);
        await("while no task type is known").atMost(30, SECONDS).until(() -> unread.glances() > 3);
        unread.shows(Samples.running());
        await().atMost(30, SECONDS).until(() -> own.isRegistered(LUCY));

        int known = unread.glances();
        await("once it is settled")
                .during(Duration.ofMillis(300))
                .atMost(30, SECONDS)
                .until(() -> unread.glances() <= known + 1);
        assertThat(own.isRegistered(CLARA)).isTrue();
        assertThat(unread.statusQuestions()).isZero();
        settling.close();
    }

    @Test
    void closingUnregistersEverythingAndNothingComesBack() {
        awaitBeans(JmxNames.runtime(), CLARA, LUCY, MISTRAL);
        CompletableFuture<RuntimeStatus> late = new CompletableFuture<>();
        runtime.answersStatusWith(late);
        int before = runtime.glances();
        await().atMost(30, SECONDS).until(() -> runtime.glances() > before);

        registration.close();
        late.complete(Samples.running());

        assertThat(beans()).isEmpty();
        registration.close();
    }

    @Test
    void aSecondRuntimeInOneServerIsRefusedAndTheFirstStays() {
        assertThatThrownBy(() -> JmxRegistration.start(server, new FakeRuntime()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("org.turing.runtime:type=Runtime")
                .hasMessageContaining("taken by another runtime in this JVM");

        awaitBeans(JmxNames.runtime(), CLARA, LUCY, MISTRAL);
    }

    private void awaitBeans(ObjectName... names) {
        TuringRuntimeMXBean read = JMX.newMXBeanProxy(server, JmxNames.runtime(), TuringRuntimeMXBean.class);
        await().atMost(30, SECONDS).untilAsserted(() -> {
            assertThat(read.getState()).isEqualTo("running");
            assertThat(beans()).containsExactlyInAnyOrder(names);
        });
    }

    private Set<ObjectName> beans() {
        Set<ObjectName> names = server.queryNames(null, null);
        names.removeIf(name -> !name.getDomain().equals(JmxNames.DOMAIN));
        return names;
    }
}
