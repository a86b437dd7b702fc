package org.turing.runtime.monitoring.jmx;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.rmi.AlreadyBoundException;
import java.rmi.NoSuchObjectException;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Set;
import javax.management.MBeanServer;
import javax.management.remote.JMXAuthenticator;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXPrincipal;
import javax.management.remote.JMXServiceURL;
import javax.management.remote.rmi.RMIConnectorServer;
import javax.management.remote.rmi.RMIJRMPServerImpl;
import javax.security.auth.Subject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A JMX connector on loopback that any JMX tool can use; registry and objects share one port. It asks for the user
 * {@value #USER} and the runtime's token as the password, since JMX can do more to a JVM than the runtime's own beans
 * can.
 *
 * <p>It does not leave the machine: for that there are the JVM's {@code com.sun.management.jmxremote} flags, with TLS
 * and password files, which show the same beans. Other users of this machine can replace what an RMI registry names,
 * and so see the token of whoever connects next: where they are not trusted, use those flags as well.
 */
public final class JmxServer implements AutoCloseable {

    /** The user name to connect with. */
    public static final String USER = "turing";

    private static final Logger LOG = LoggerFactory.getLogger(JmxServer.class);
    private static final String ENTRY = "jmxrmi";

    /** RMI tells clients this name to come back to; it is read once, when the JVM first uses RMI. */
    private static final String ADVERTISED_HOST = "java.rmi.server.hostname";

    private final OneAddress sockets;
    private final Registry registry;
    private final RMIConnectorServer connector;
    private final JMXServiceURL url;

    private JmxServer(OneAddress sockets, Registry registry, RMIConnectorServer connector, JMXServiceURL url) {
        this.sockets = sockets;
        this.registry = registry;
        this.connector = connector;
        this.url = url;
    }

    /**
     * Starts a connector to the JVM's own MBean server. Sets the JVM's {@code java.rmi.server.hostname} to the host
     * unless it is set: RMI would send clients to an address on which nothing listens.
     *
     * @param host a loopback address, or {@code localhost}
     * @param port 0 to 65535; 0 for any free one
     * @param token the password; not blank
     * @throws IllegalArgumentException if the host is not on loopback, the port out of range or the token blank
     * @throws JmxServerNotStarted if the port can't be had
     */
    public static JmxServer start(String host, int port, String token) {
        return start(host, port, token, ManagementFactory.getPlatformMBeanServer());
    }

    /** The same for an MBean server of one's own. */
    public static JmxServer start(String host, int port, String token, MBeanServer beans) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("turing.jmx.port (TURING_JMX_PORT) is " + port
                    + ", outside 0 to 65535. Fix: name a free port, 0 for any free one, or -1 for none");
        }
        if (token.isBlank()) {
            throw new IllegalArgumentException("the token of the JMX connector is empty: everybody could connect");
        }
        InetAddress address = loopback(host);
        if (System.getProperty(ADVERTISED_HOST) == null) {
            System.setProperty(ADVERTISED_HOST, address.getHostAddress());
        }
        OneAddress sockets = new OneAddress(address);
        try {
            return started(sockets, port, token, beans);
        } catch (IOException e) {
            sockets.close();
            throw explain(port, host, e);
        }
    }

    private static JmxServer started(OneAddress sockets, int port, String token, MBeanServer beans) throws IOException {
        Registry registry = LocateRegistry.createRegistry(port, null, sockets);
        Map<String, Object> settings = Map.of(
                JMXConnectorServer.AUTHENTICATOR,
                (JMXAuthenticator) shown -> authenticate(shown, token),
                RMIConnectorServer.CREDENTIALS_FILTER_PATTERN,
                "java.lang.String;!*");
        RMIJRMPServerImpl objects = new RMIJRMPServerImpl(port, null, sockets, settings);
        RMIConnectorServer connector =
                new RMIConnectorServer(new JMXServiceURL("rmi", sockets.host(), port), settings, objects, beans);
        JMXServiceURL url = new JMXServiceURL(
                "service:jmx:rmi:///jndi/rmi://" + sockets.host() + ":" + sockets.port() + "/" + ENTRY);
        JmxServer server = new JmxServer(sockets, registry, connector, url);
        try {
            connector.start();
            registry.bind(ENTRY, objects.toStub());
        } catch (IOException e) {
            server.close();
            throw e;
        } catch (AlreadyBoundException e) {
            server.close();
            throw new IOException("the RMI registry that was just made names '" + ENTRY + "' already", e);
        }
        if (!objects.toStub().toString().contains("[" + sockets.host() + ":")) {
            LOG.warn(
                    "JMX: RMI was in use before and sends clients to another address than {}. Fix: start the JVM with"
                            + " -D{}={}",
                    sockets.host(),
                    ADVERTISED_HOST,
                    sockets.host());
        }
        LOG.info("JMX connector listens at {}", url);
        return server;
    }

    /** What JMX tools connect to: {@code service:jmx:rmi:///jndi/rmi://127.0.0.1:PORT/jmxrmi}. */
    public JMXServiceURL url() {
        return url;
    }

    /** The port that is listened on. */
    public int port() {
        return sockets.port();
    }

    /** Ends every connection and stops listening. */
    @Override
    public void close() {
        try {
            connector.stop();
        } catch (IOException e) {
            LOG.warn("JMX: a client could not be told that the connector ends", e);
        }
        try {
            UnicastRemoteObject.unexportObject(registry, true);
        } catch (NoSuchObjectException e) {
            LOG.debug("JMX: the connector was closed before", e);
        }
        sockets.close();
    }

    private static Subject authenticate(Object shown, String token) {
        if (shown instanceof String[] pair && pair.length == 2 && pair[0] != null && pair[1] != null) {
            byte[] given = pair[1].getBytes(StandardCharsets.UTF_8);
            if (USER.equals(pair[0]) && MessageDigest.isEqual(given, token.getBytes(StandardCharsets.UTF_8))) {
                return new Subject(true, Set.of(new JMXPrincipal(USER)), Set.of(), Set.of());
            }
        }
        throw new SecurityException("not allowed. Fix: connect as user '" + USER + "' with the token in runtime.json"
                + " of the runtime's data folder as the password; each start makes a new one");
    }

    private static InetAddress loopback(String host) {
        try {
            InetAddress address = InetAddress.getByName(host);
            if (address.isLoopbackAddress()) {
                return address;
            }
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("the JMX connector's host '" + host + "' is unknown. Fix: 127.0.0.1", e);
        }
        throw new IllegalArgumentException(
                "the JMX connector's host '" + host + "' is not on loopback, and the connector has no TLS. Fix: use"
                        + " 127.0.0.1, or start the JVM with its com.sun.management.jmxremote flags");
    }

    private static JmxServerNotStarted explain(int port, String host, IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return new JmxServerNotStarted(
                        "the JMX connector can't start: port " + port + " on " + host + " can't be had ("
                                + cause.getMessage() + "). Fix: end the program that has it, or set turing.jmx.port"
                                + " (TURING_JMX_PORT) to a free port, or to 0 for any free one",
                        failure);
            }
        }
        return new JmxServerNotStarted(
                "the JMX connector can't start on port " + port + " of " + host + ": " + failure.getMessage()
                        + ". Fix: set turing.jmx.port (TURING_JMX_PORT) to another port, or to -1 for none",
                failure);
    }

    /** The JMX connector can't listen where it should; the message says why and what to do. */
    public static final class JmxServerNotStarted extends RuntimeException {
        private JmxServerNotStarted(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
