package org.turing.runtime.actors.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClusterConfigTest {

    @Test
    void aClusterOfOneListensOnLoopbackOnAnyFreePortAndDoesNotLeaveInOrder() {
        Config config = ClusterConfig.over(ConfigFactory.load(), ClusterSettings.OF_ONE);

        assertThat(config.getString("pekko.actor.provider")).isEqualTo("cluster");
        assertThat(config.getString("pekko.remote.artery.transport")).isEqualTo("tcp");
        assertThat(config.getString("pekko.remote.artery.canonical.hostname")).isEqualTo("127.0.0.1");
        assertThat(config.getInt("pekko.remote.artery.canonical.port")).isZero();
        assertThat(config.getString("pekko.remote.artery.bind.hostname")).isEmpty();
        assertThat(config.getStringList("pekko.cluster.roles")).containsExactly("control", "worker");
        assertThat(config.getStringList("pekko.cluster.seed-nodes")).isEmpty();
        assertThat(config.getBoolean("pekko.coordinated-shutdown.run-by-actor-system-terminate"))
                .isFalse();
        assertThat(config.getBoolean("pekko.coordinated-shutdown.run-by-jvm-shutdown-hook"))
                .isFalse();
        assertThat(config.getBoolean("pekko.actor.allow-java-serialization")).isFalse();
    }

    @Test
    void aNodeAmongOthersHasItsOwnAddressRolesAndCertificate() {
        Config config = ClusterConfig.over(
                ConfigFactory.load(),
                new ClusterSettings(
                        "gpu-2",
                        "0.0.0.0",
                        7627,
                        List.of(new HostPort("node-1", 7627)),
                        Set.of(Role.WORKER),
                        Duration.ofMillis(4500),
                        new TlsFiles(
                                Path.of("/etc/turing/node.crt"),
                                Path.of("/etc/turing/node.key"),
                                Path.of("/etc/turing/ca.crt"),
                                Duration.ofMinutes(2))));

        assertThat(config.getString("pekko.remote.artery.canonical.hostname")).isEqualTo("gpu-2");
        assertThat(config.getInt("pekko.remote.artery.canonical.port")).isEqualTo(7627);
        assertThat(config.getString("pekko.remote.artery.bind.hostname")).isEqualTo("0.0.0.0");
        assertThat(config.getStringList("pekko.cluster.roles")).containsExactly("worker");
        assertThat(config.getDuration("pekko.cluster.split-brain-resolver.stable-after"))
                .isEqualTo(Duration.ofMillis(4500));
        assertThat(config.getBoolean("pekko.coordinated-shutdown.run-by-actor-system-terminate"))
                .isTrue();
        assertThat(config.getString("pekko.remote.artery.transport")).isEqualTo("tls-tcp");
        Config tls = config.getConfig("pekko.remote.artery.ssl.rotating-keys-engine");
        assertThat(tls.getString("cert-file")).isEqualTo("/etc/turing/node.crt");
        assertThat(tls.getString("key-file")).isEqualTo("/etc/turing/node.key");
        assertThat(tls.getString("ca-cert-file")).isEqualTo("/etc/turing/ca.crt");
        assertThat(tls.getDuration("ssl-context-cache-ttl")).isEqualTo(Duration.ofMinutes(2));
    }
}
