package org.turing.runtime.monitoring.jmx;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.ports.view.GateStatus;
import org.turing.runtime.ports.view.RuntimeControl;
import org.turing.runtime.ports.view.RuntimeStatus;
import org.turing.runtime.ports.view.TaskTypeStatus;

/**
 * Keeps the MXBeans of {@link JmxNames} registered: the runtime's from the start, those of task types and gates as the
 * status shows them. The status is asked for when beans are read, at most once a second. So that beans come and go
 * unread too there is a glance, which costs the database nothing: every 5 s until it has shown task types and the same
 * ones twice, then once a minute, as it asks every task type of the cluster. Reading a bean blocks for a second at
 * most.
 */
public final class JmxRegistration implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JmxRegistration.class);
    private static final Duration MAX_AGE = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration OPERATION_PATIENCE = Duration.ofSeconds(10);
    private static final Duration LOST = Duration.ofSeconds(30);
    private static final Pace PACE = new Pace(Duration.ofSeconds(5), Duration.ofMinutes(1));

    private final MBeanServer server;
    private final RuntimeControl control;
    private final BeanSource source;
    private final Pace pace;
    private final ScheduledThreadPoolExecutor thread;

    // guarded by this
    private final Set<ObjectName> registered = new HashSet<>();
    private final Set<ObjectName> refused = new HashSet<>();
    private boolean closed;

    /**
     * How often a glance is taken.
     *
     * @param changing while beans come and go, or no task type is known
     * @param settled otherwise
     */
    record Pace(Duration changing, Duration settled) {}

    private JmxRegistration(MBeanServer server, RuntimeControl control, Pace pace) {
        this.server = server;
        this.control = control;
        this.pace = pace;
        // what comes after close() is of no interest any more
        this.thread =
                new ScheduledThreadPoolExecutor(1, JmxRegistration::daemon, new ThreadPoolExecutor.DiscardPolicy());
        LatestStatus latest = new LatestStatus(
                control, MAX_AGE, PATIENCE, LOST, System::nanoTime, status -> thread.execute(() -> keepInStep(status)));
        this.source = new BeanSource(control, latest, OPERATION_PATIENCE);
    }

    /**
     * Registers with the JVM's own MBean server, where JMX tools look.
     *
     * @throws IllegalStateException if another runtime of this JVM is registered there
     */
    public static JmxRegistration start(RuntimeControl control) {
        return start(ManagementFactory.getPlatformMBeanServer(), control);
    }

    /** The same with an MBean server of one's own, as two runtimes in one JVM need. */
    public static JmxRegistration start(MBeanServer server, RuntimeControl control) {
        return start(server, control, PACE);
    }

    static JmxRegistration start(MBeanServer server, RuntimeControl control, Pace pace) {
        JmxRegistration registration = new JmxRegistration(server, control, pace);
        try {
            registration.registerRuntime();
            registration.glance();
        } catch (RuntimeException e) {
            registration.close();
            throw e;
        }
        return registration;
    }

    /** Unregisters every bean. */
    @Override
    public synchronized void close() {
        closed = true;
        thread.shutdownNow();
        Set.copyOf(registered).forEach(this::unregister);
    }

    private void glance() {
        control.glance()
                .whenComplete((status, failure) -> thread.execute(() -> {
                    boolean settled = false;
                    if (failure == null) {
                        settled = !keepInStep(status) && !status.taskTypes().isEmpty();
                    } else {
                        LOG.debug("no glance at the runtime now", failure);
                    }
                    Duration pause = settled ? pace.settled() : pace.changing();
                    thread.schedule(this::glance, pause.toMillis(), TimeUnit.MILLISECONDS);
                }));
    }

    private synchronized void registerRuntime() {
        ObjectName name = JmxNames.runtime();
        try {
            server.registerMBean(new RuntimeBean(source, System::nanoTime), name);
        } catch (InstanceAlreadyExistsException e) {
            throw new IllegalStateException(
                    "JMX name '" + name
                            + "' is taken by another runtime in this JVM. Fix: give each runtime a JVM, or an"
                            + " MBean server, of its own",
                    e);
        } catch (JMException e) {
            throw new IllegalStateException("JMX bean '" + name + "' can't be registered: " + e.getMessage(), e);
        }
        registered.add(name);
    }

    /** @return whether beans came or went */
    private synchronized boolean keepInStep(RuntimeStatus status) {
        if (closed) {
            return false;
        }
        Set<ObjectName> before = Set.copyOf(registered);
        Map<ObjectName, Supplier<Object>> wanted = new HashMap<>();
        for (TaskTypeStatus one : status.taskTypes()) {
            wanted.put(JmxNames.taskType(one.name()), () -> new TaskTypeBean(source, one.name()));
        }
        for (GateStatus one : status.gates()) {
            wanted.put(JmxNames.modelGate(one.model()), () -> new ModelGateBean(source, one.model()));
        }
        for (ObjectName name : before) {
            if (!wanted.containsKey(name) && !name.equals(JmxNames.runtime())) {
                unregister(name);
            }
        }
        wanted.forEach((name, bean) -> {
            if (!registered.contains(name)) {
                register(name, bean.get());
            }
        });
        return !registered.equals(before);
    }

    private void register(ObjectName name, Object bean) {
        try {
            server.registerMBean(bean, name);
            registered.add(name);
            refused.remove(name);
        } catch (JMException e) {
            // tried again with every status, told once
            if (refused.add(name)) {
                LOG.warn("JMX bean '{}' can't be registered", name, e);
            }
        }
    }

    private void unregister(ObjectName name) {
        registered.remove(name);
        try {
            server.unregisterMBean(name);
        } catch (InstanceNotFoundException e) {
            LOG.debug("JMX bean '{}' was unregistered by somebody else", name, e);
        } catch (JMException e) {
            LOG.warn("JMX bean '{}' can't be unregistered", name, e);
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "turing-jmx");
        thread.setDaemon(true);
        return thread;
    }
}
