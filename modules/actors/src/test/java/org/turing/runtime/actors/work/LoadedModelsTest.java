package org.turing.runtime.actors.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which servers are asked what they have in memory; what comes of it is tested with the worker host. */
class LoadedModelsTest {

    @ParameterizedTest
    @CsvSource({
        "http://localhost:11434, http://localhost:11434/",
        "http://127.0.0.1:11434/v1, http://127.0.0.1:11434/",
        "' https://[::1]:8000/ ', https://[::1]:8000/",
        "HTTP://LOCALHOST, HTTP://LOCALHOST/"
    })
    void serversOfThisMachineAreAskedWhateverThePathThatScriptsUse(String server, String asked) {
        assertThat(LoadedModels.onThisMachine(server)).map(Object::toString).contains(asked);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://gpu-1:11434",
                "http://10.0.0.7:11434",
                "http://127.0.0.1.example.org",
                "localhost:11434",
                "file://localhost/etc/passwd",
                "a b"
            })
    void othersAreNot(String server) {
        assertThat(LoadedModels.onThisMachine(server)).isEmpty();
    }

    @Test
    void norIsOneThatTheRegistryDoesNotName() {
        assertThat(LoadedModels.onThisMachine(null)).isEmpty();
    }
}
