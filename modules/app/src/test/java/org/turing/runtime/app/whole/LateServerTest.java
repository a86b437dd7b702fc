package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.app.program.Assignment;
import org.turing.runtime.app.program.RuntimeProgram;

/** A machine boots: the runtime is there before its database is, or before that has time for it. */
class LateServerTest {

    private static final int SUBJECTS = 3;

    @RegisterExtension
    final WholeSystem system = new WholeSystem();

    private @Nullable TcpProxy line;

    @AfterEach
    void closeLine() throws IOException {
        if (line != null) {
            line.close();
        }
    }

    @BeforeEach
    void register() throws Exception {
        system.registerGood("good", SUBJECTS);
    }

    @Test
    void aStartWaitsForAPortAtWhichNobodyListensYet() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String address = "postgresql://127.0.0.1:" + port + "/" + system.database();
        system.with(
                "turing.db.url",
                system.server()
                        .uri(system.database())
                        .replace(":" + system.server().port() + "/", ":" + port + "/"));
        try (LogLines log = LogLines.listen()) {
            CompletableFuture<RuntimeProgram> starting = start();
            log.await("the start waits: database " + address + ": Connection to 127.0.0.1:" + port + " refused");
            log.await(". Fix: start the server, or correct TURING_DB_URL");
            assertThat(starting).isNotDone();

            line = TcpProxy.to(system.server().port(), port);
            assertStartsAndWorks(starting);
        }
    }

    @Test
    void aStartWaitsForAServerThatTakesConnectionsAndDoesNotAnswerInTime() throws Exception {
        TcpProxy silent = TcpProxy.to(system.server().port());
        line = silent;
        system.with("turing.db.url", silent.instead(system.server().uri(system.database())));
        silent.vanish();
        try (LogLines log = LogLines.listen()) {
            CompletableFuture<RuntimeProgram> starting = start();
            log.await("Connection attempt timed out");
            assertThat(starting).isNotDone();

            silent.comeBackAndCut();
            assertStartsAndWorks(starting);
        }
    }

    private CompletableFuture<RuntimeProgram> start() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return system.start(system.settings(), Assignment.EVERYTHING);
            } catch (Exception refused) {
                throw new IllegalStateException(refused);
            }
        });
    }

    private void assertStartsAndWorks(CompletableFuture<RuntimeProgram> starting) throws Exception {
        RuntimeProgram program = starting.get(WholeSystem.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        WholeSystem.await("its work").until(() -> system.done("good") == SUBJECTS);
        program.close();
    }
}
