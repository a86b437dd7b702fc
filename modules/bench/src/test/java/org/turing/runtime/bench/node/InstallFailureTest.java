package org.turing.runtime.bench.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InstallFailureTest {

    private static final String HELP =
            ". Fix: let npm reach a registry ('npm config get registry' names the one it asks)";

    @Test
    void theFirstErrorsStandInOneLine() {
        String message = """
                npm ci --prefix /tmp/node ended with 1:
                npm warn deprecated something
                npm error code ENOTFOUND
                npm error syscall getaddrinfo
                npm error network request to https://registry.example/pg failed
                npm error A complete log of this run can be found in: /tmp/log
                """;

        assertThat(InstallFailure.inOneLine(message))
                .isEqualTo("npm ci failed: code ENOTFOUND; syscall getaddrinfo; network request to"
                        + " https://registry.example/pg failed" + HELP);
    }

    @Test
    void withoutAnErrorOfNpmTheFirstLineIsTheCause() {
        assertThat(InstallFailure.inOneLine("npm ci ended with 137:\n"))
                .isEqualTo("npm ci failed: npm ci ended with 137:" + HELP);
    }
}
