package org.turing.runtime.monitoring.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigResolveOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HttpSettingsTest {

    private static final Config REFERENCE =
            ConfigFactory.defaultReferenceUnresolved().withOnlyPath("turing");

    @Test
    void theDefaultsAreLoopbackAndTheDocumentedPort() {
        assertThat(HttpSettings.from(REFERENCE.resolve(ConfigResolveOptions.noSystem())))
                .isEqualTo(new HttpSettings("127.0.0.1", 7626));
    }

    @Test
    void theEnvironmentGoesBeforeTheDefaults() {
        Config environment = ConfigFactory.parseMap(Map.of("TURING_HTTP_HOST", "::1", "TURING_HTTP_PORT", "0"));

        assertThat(HttpSettings.from(REFERENCE.withFallback(environment).resolve(ConfigResolveOptions.noSystem())))
                .isEqualTo(new HttpSettings("::1", 0));
    }

    @Test
    void theConfigurationIsRead() {
        Config config = ConfigFactory.parseString("turing.http { host = localhost, port = 0 }");

        assertThat(HttpSettings.from(config)).isEqualTo(new HttpSettings("localhost", 0));
    }

    @Test
    void aPortOutOfRangeIsNamedWithItsSetting() {
        for (int port : new int[] {-1, 65_536}) {
            assertThatThrownBy(() -> new HttpSettings("127.0.0.1", port))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("turing.http.port (TURING_HTTP_PORT) is " + port);
        }
    }

    @Test
    void anEmptyHostIsNamedWithItsSetting() {
        assertThatThrownBy(() -> new HttpSettings(" ", 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("turing.http.host is empty");
    }
}
