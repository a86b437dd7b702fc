package org.turing.runtime.app.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.turing.runtime.actors.cluster.HostPort;
import org.turing.runtime.actors.cluster.Role;
import org.turing.runtime.database.DatabaseSettings;
import org.turing.runtime.domain.Gpu;

/** The files in conf/cluster are settings of three nodes that belong together. */
class ClusterExamplesTest {

    private static final Path EXAMPLES =
            Path.of("").toAbsolutePath().getParent().getParent().resolve("conf/cluster");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"node-1", "gpu-2", "gpu-3"})
    void everyNodeIsToldApartAndKnowsTheOthers(String name) throws Exception {
        Settings settings = load(EXAMPLES.resolve(name + ".conf"));

        assertThat(settings.host().name()).isEqualTo(name);
        assertThat(settings.cluster().host()).isEqualTo(name);
        assertThat(settings.cluster().port()).isEqualTo(7627);
        assertThat(settings.cluster().seeds())
                .containsExactly(new HostPort("node-1", 7627), new HostPort("gpu-2", 7627));
        assertThat(settings.database().external())
                .extracting(DatabaseSettings::jdbcUrl, DatabaseSettings::user, DatabaseSettings::password)
                .containsExactly("jdbc:postgresql://db:5432/work", "turing", "from the environment");
    }

    @Test
    void twoNodesMayHaveTheControlAndOneOnlyWorks() throws Exception {
        assertThat(load(EXAMPLES.resolve("node-1.conf")).cluster().roles()).containsOnly(Role.values());
        assertThat(load(EXAMPLES.resolve("gpu-2.conf")).cluster().roles()).containsOnly(Role.values());
        Settings third = load(EXAMPLES.resolve("gpu-3.conf"));
        assertThat(third.cluster().roles()).containsOnly(Role.WORKER);
        assertThat(third.host().models()).isEqualTo(Set.of("mistral-nemo:12b", "qwen2.5:7b"));
        assertThat(third.host().gpus()).isEqualTo(List.of(new Gpu("0", 12L << 30), new Gpu("1", 12L << 30)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"node-1", "gpu-2", "gpu-3"})
    void withCertificatesTheyAreRead(String name) throws Exception {
        TestCertificates.make(folder, name);
        String text = Files.readString(EXAMPLES.resolve(name + ".conf"))
                .replace("#tls {", "tls {")
                .replace("/etc/turing", folder.toString());
        Path file = Files.writeString(folder.resolve("own.conf"), text);

        assertThat(load(file).cluster().tls())
                .extracting(tls -> tls.certificate(), tls -> tls.key(), tls -> tls.ca())
                .containsExactly(
                        folder.resolve(name + ".crt"), folder.resolve(name + ".key"), folder.resolve("ca.crt"));
    }

    private static Settings load(Path file) throws SettingsException {
        Properties system = new Properties();
        system.setProperty("user.home", "/home/ada");
        return Settings.load(
                new SettingsSources(Map.of(), system, Map.of("TURING_DB_PASSWORD", "from the environment"), file));
    }
}
