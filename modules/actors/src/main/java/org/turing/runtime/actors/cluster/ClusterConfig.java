package org.turing.runtime.actors.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Pekko's settings for a node: what is the same for every node stands in turing-pekko.conf, here is what is its own.
 */
public final class ClusterConfig {

    private static final String ARTERY = "pekko.remote.artery.";
    private static final String TLS = ARTERY + "ssl.";
    private static final String PEM = TLS + "rotating-keys-engine.";

    private ClusterConfig() {}

    /** The defaults of all libraries, with what this program sets for every node over them; not resolved. */
    public static Config reference() {
        return ConfigFactory.parseResources(ClusterConfig.class.getClassLoader(), "turing-pekko.conf")
                .withFallback(ConfigFactory.defaultReferenceUnresolved());
    }

    /**
     * Lays a node's own settings over others.
     *
     * @param defaults of {@link #reference}, with what the user changed, resolved
     */
    public static Config over(Config defaults, ClusterSettings settings) {
        Map<String, Object> own = new HashMap<>();
        own.put("pekko.actor.provider", "cluster");
        own.put(ARTERY + "canonical.hostname", settings.host());
        own.put(ARTERY + "canonical.port", settings.port());
        if (settings.bindHost() != null) {
            own.put(ARTERY + "bind.hostname", settings.bindHost());
        }
        own.put(
                "pekko.cluster.roles",
                settings.roles().stream().map(Role::inConfig).sorted().toList());
        own.put("pekko.cluster.split-brain-resolver.stable-after", millis(settings.stableAfter()));
        // nobody is there to be told; leaving in order would take seconds
        own.put("pekko.coordinated-shutdown.run-by-actor-system-terminate", !settings.alone());
        own.put("pekko.cluster.jmx.enabled", !settings.alone());
        if (settings.alone()) {
            own.put(ARTERY + "advanced.inbound-lanes", 1); // nothing comes in, and each lane costs at the start
        }
        TlsFiles tls = settings.tls();
        if (tls != null) {
            own.put(ARTERY + "transport", "tls-tcp");
            own.put(
                    TLS + "ssl-engine-provider",
                    "org.apache.pekko.remote.artery.tcp.ssl.RotatingKeysSSLEngineProvider");
            own.put(PEM + "cert-file", tls.certificate().toString());
            own.put(PEM + "key-file", tls.key().toString());
            own.put(PEM + "ca-cert-file", tls.ca().toString());
            own.put(PEM + "ssl-context-cache-ttl", millis(tls.reloadEvery()));
        }
        return ConfigFactory.parseMap(own, "this node").withFallback(defaults);
    }

    private static String millis(Duration duration) {
        return duration.toMillis() + "ms";
    }
}
