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
 * status shows them. The status is asked for when beans are read, at most once a second; a glance every 5 s, which
 * costs the database nothing, lets beans come and go unread too. Reading a bean blocks for a second at most.
 */
public final class JmxRegistration implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JmxRegistration.class);
    private static final Duration MAX_AGE = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration OPERATION_PATIENCE = Duration.ofSeconds(10);
    private static final Duration LOST = Duration.ofSeconds(30);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    private final MBeanServer server;
    private final RuntimeControl control;
    private final BeanSource source;
    private final ScheduledThreadPoolExecutor thread;

    // guarded by this
    private final Set<ObjectName> registered = new HashSet<>();
    private final Set<ObjectName> refused = new HashSet<>();
    private boolean closed;

    private JmxRegistration(MBeanServer server, RuntimeControl control) {
        this.server = server;
        this.control = control;
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
        JmxRegistration registration = new JmxRegistration(server, control);
        try {
            registration.registerRuntime();
            registration.keepLooking();
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

    private void keepLooking() {
        thread.scheduleWithFixedDelay(this::glance, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void glance() {
        control.glance().whenComplete((status, failure) -> {
            if (failure == null) {
                thread.execute(() -> keepInStep(status));
            } else {
                LOG.debug("no glance at the runtime now", failure);
            }
        });
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

    private synchronized void keepInStep(RuntimeStatus status) {
        if (closed) {
            return;
        }
        Map<ObjectName, Supplier<Object>> wanted = new HashMap<>();
        for (TaskTypeStatus one : status.taskTypes()) {
            wanted.put(JmxNames.taskType(one.name()), () -> new TaskTypeBean(source, one.name()));
        }
        for (GateStatus one : status.gates()) {
            wanted.put(JmxNames.modelGate(one.model()), () -> new ModelGateBean(source, one.model()));
        }
        for (ObjectName name : Set.copyOf(registered)) {
            if (!wanted.containsKey(name) && !name.equals(JmxNames.runtime())) {
                unregister(name);
            }
        }
        wanted.forEach((name, bean) -> {
            if (!registered.contains(name)) {
                register(name, bean.get());
            }
        });
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
