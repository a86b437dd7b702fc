package org.turing.runtime.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.turing.runtime.actors.cluster.ClusterSettings;
import org.turing.runtime.actors.cluster.HostPort;
import org.turing.runtime.actors.cluster.Role;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.Gpu;

/** A node's place in its cluster, as settings say it. */
class ClusterSettingsTest {

    private static final Map<String, String> SHARED =
            Map.of("turing.db.url", "postgresql://db/work", "turing.cluster.seeds", "node-1:7627,node-2:7627");

    @Test
    void withoutAWordItIsAClusterOfOneOnLoopback() throws SettingsException {
        Settings settings = load(Map.of(), Map.of());

        assertThat(settings.cluster()).isEqualTo(ClusterSettings.OF_ONE);
        assertThat(settings.cluster().alone()).isTrue();
        WorkerHost.Offer machine = new WorkerHost.Offer("here", 8, Set.of(), List.of());
        assertThat(settings.host().offer(machine)).isEqualTo(machine);
    }

    @Test
    void everythingCanBeSaidByTheEnvironment() throws SettingsException {
        Settings settings = load(
                Map.of(),
                Map.ofEntries(
                        Map.entry("TURING_DB_URL", "postgresql://db/work"),
                        Map.entry("TURING_CLUSTER_HOST", "gpu-2"),
                        Map.entry("TURING_CLUSTER_BIND_HOST", "0.0.0.0"),
                        Map.entry("TURING_CLUSTER_PORT", "7627"),
                        Map.entry("TURING_CLUSTER_SEEDS", "node-1:7627, [fe80::1]:7628"),
                        Map.entry("TURING_CLUSTER_ROLES", "worker"),
                        Map.entry("TURING_CLUSTER_NAME", "two"),
                        Map.entry("TURING_CLUSTER_STABLE_AFTER", "5s"),
                        Map.entry("TURING_HOST_MODELS", "mistral-nemo:12b, qwen2.5:7b"),
                        Map.entry("TURING_HOST_GPUS", "[{ name = 0, memory = 24 GiB }, { name = 1, memory = 8 GiB }]"),
                        Map.entry("TURING_HOST_CORES", "6")));

        assertThat(settings.cluster())
                .isEqualTo(new ClusterSettings(
                        "gpu-2",
                        "0.0.0.0",
                        7627,
                        List.of(new HostPort("node-1", 7627), new HostPort("[fe80::1]", 7628)),
                        Set.of(Role.WORKER),
                        Duration.ofSeconds(5),
                        null));
        assertThat(settings.host())
                .isEqualTo(new HostSettings(
                        "two",
                        Set.of("mistral-nemo:12b", "qwen2.5:7b"),
                        List.of(new Gpu("0", 24L << 30), new Gpu("1", 8L << 30)),
                        6));
    }

    @Test
    void seedsWithAnEmbeddedDatabaseAreRefused() {
        assertThatThrownBy(() -> load(Map.of("turing.cluster.seeds", "127.0.0.1:7627"), Map.of()))
                .isInstanceOf(SettingsException.class)
                .message()
                .startsWith("turing.cluster.seeds = \"127.0.0.1:7627\" (command line): needs a database that all nodes")
                .contains("Fix: set turing.db.url");
    }

    @Test
    void aNodeThatCallsItselfLoopbackCantHaveSeedsElsewhere() throws SettingsException {
        assertThatThrownBy(() -> load(SHARED, Map.of()))
                .isInstanceOf(SettingsException.class)
                .message()
                .startsWith("turing.cluster.host = \"127.0.0.1\"")
                .contains("can't be reached from the other machines")
                .contains("Fix: set it to the name or address");

        Map<String, String> onOneMachine = new HashMap<>(SHARED);
        onOneMachine.put("turing.cluster.seeds", "127.0.0.1:7627");
        assertThat(load(onOneMachine, Map.of()).cluster().seeds()).hasSize(1);
        assertThat(load(SHARED, Map.of("TURING_CLUSTER_HOST", "10.0.0.7"))
                        .cluster()
                        .seeds())
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"node-1", "node-1:0", "node-1:99999", "node-1:7627,:7627", "a@node-1:7627"})
    void aSeedThatIsNoHostAndPortIsRefused(String seeds) {
        assertThatThrownBy(() -> load(Map.of("turing.cluster.seeds", seeds), Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("turing.cluster.seeds = ")
                .hasMessageContaining("must be a list of host:port")
                .hasMessageContaining(" is not host:port");
    }

    @Test
    void settingsOfPekkoItselfCanBeChangedByThoseWhoKnowIt() throws SettingsException {
        String key = "pekko.cluster.split-brain-resolver.active-strategy";

        assertThat(load(Map.of(), Map.of()).config().getString(key)).isEqualTo("lease-majority");
        assertThat(load(Map.of(key, "keep-oldest"), Map.of()).config().getString(key))
                .isEqualTo("keep-oldest");
    }

    @Test
    void theDemoIsAClusterOfOneWhateverIsConfigured() throws SettingsException {
        Map<String, String> configured = new HashMap<>(SHARED);
        configured.putAll(Map.of(
                "turing.cluster.host", "10.0.0.7", "turing.cluster.roles", "worker", "turing.cluster.port", "7627"));
        configured.putAll(Settings.CLUSTER_OF_ONE);

        assertThat(load(configured, Map.of()).cluster()).isEqualTo(ClusterSettings.OF_ONE);
    }

    static Settings load(Map<String, String> commandLine, Map<String, String> environment) throws SettingsException {
        Properties system = new Properties();
        system.setProperty("user.home", Path.of("").toAbsolutePath().toString());
        return Settings.load(new SettingsSources(commandLine, system, environment, null));
    }
}
