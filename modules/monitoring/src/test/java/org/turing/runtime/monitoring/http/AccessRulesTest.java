package org.turing.runtime.monitoring.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.headers.Host;
import org.junit.jupiter.api.Test;

class AccessRulesTest {

    private static final InetSocketAddress LOOPBACK = new InetSocketAddress("127.0.0.1", 7626);
    private static final InetSocketAddress EVERYWHERE = new InetSocketAddress("0.0.0.0", 7626);

    @Test
    void beyondLoopbackAnyHostNameWillDo() {
        AccessRules rules = new AccessRules("s3cret", "0.0.0.0", EVERYWHERE);

        assertThatCode(() -> rules.check(to("/ready", "gpu-host.example"))).doesNotThrowAnyException();
    }

    @Test
    void beyondLoopbackTheTokenIsStillNeeded() {
        AccessRules rules = new AccessRules("s3cret", "0.0.0.0", EVERYWHERE);

        assertThatThrownBy(() -> rules.check(to("/api/status", "gpu-host.example")))
                .isInstanceOf(RefusedRequest.class)
                .hasMessageContaining("no token");
    }

    @Test
    void theNameInTheSettingsIsTakenOnLoopback() {
        AccessRules rules = new AccessRules("s3cret", "Laptop.Example.", LOOPBACK);

        assertThatCode(() -> rules.check(to("/ready", "laptop.example"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> rules.check(to("/ready", "other.example"))).isInstanceOf(RefusedRequest.class);
    }

    @Test
    void aRequestWithoutAHostIsRefusedOnLoopback() {
        AccessRules rules = new AccessRules("s3cret", "127.0.0.1", LOOPBACK);

        assertThatThrownBy(() -> rules.check(HttpRequest.GET("/ready"))).isInstanceOf(RefusedRequest.class);
    }

    private static HttpRequest to(String path, String host) {
        return HttpRequest.GET(path).addHeader(Host.create(host));
    }
}
