package org.turing.runtime.actors.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {

    @ParameterizedTest
    @CsvSource({"node-1:7627, node-1, 7627", "10.0.0.7:1, 10.0.0.7, 1", "[fe80::1]:65535, [fe80::1], 65535"})
    void namesAndAddressesAreRead(String text, String host, int port) {
        assertThat(HostPort.of(text)).isEqualTo(new HostPort(host, port)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "node-1",
                ":7627",
                "node-1:",
                "node-1:0",
                "node-1:65536",
                "node-1:x",
                "a b:1",
                "u@node-1:1",
                "node-1:1/x",
                "node-1:1?x",
                "node-1:1#x",
                "node_1:1",
                "pekko://node-1:1",
                "fe80::1:1"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> HostPort.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void loopbackIsKnownByItsSpelling() {
        assertThat(HostPort.of("localhost:1").isLoopback()).isTrue();
        assertThat(HostPort.of("127.1.2.3:1").isLoopback()).isTrue();
        assertThat(HostPort.of("[::1]:1").isLoopback()).isTrue();
        assertThat(HostPort.of("127.example.org:1").isLoopback()).isFalse();
        assertThat(HostPort.of("10.0.0.7:1").isLoopback()).isFalse();
    }
}
