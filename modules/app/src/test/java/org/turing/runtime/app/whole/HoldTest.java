package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A sovereign script whose ticket was rescued while it went on working, as after a freeze of the whole machine. */
class HoldTest {

    /** Works until it is let go, holds its claim, and writes one row. */
    private static final String SOVEREIGN = """
            import json, os, sys, time
            import turing_runtime
            from client import connect

            class DbApi:
                autocommit = False
                def __init__(self, client): self.client = client
                def cursor(self): return self
                def execute(self, sql): self.client.query(sql)
                def close(self): pass

            ticket = json.load(sys.stdin)
            name = str(ticket["ticket_id"])
            open("runs-" + name, "w").close()
            while not os.path.exists("go-" + name):
                time.sleep(0.02)
            client = connect()
            with client.transaction():
                try:
                    turing_runtime.hold(DbApi(client))
                    client.query("INSERT INTO effects VALUES ($1, $2)", ticket["subject_id"], name)
                except turing_runtime.LostClaim as lost:
                    with open("lost-" + name, "w") as file: file.write(str(lost))
                    sys.exit(1)
            print('{"success": true}')
            """;

    @RegisterExtension
    final WholeSystem system =
            new WholeSystem().with("turing.ledger.lease", "3s").with("turing.ledger.renew-every", "750ms");

    private Path file(String name) {
        return system.scripts().resolve(name);
    }

    private String ticketThatRuns(List<String> known) {
        return WholeSystem.await("a script to run")
                .until(
                        () -> {
                            try (var files = Files.list(system.scripts())) {
                                return files.map(path -> path.getFileName().toString())
                                        .filter(name -> name.startsWith("runs-"))
                                        .map(name -> name.substring("runs-".length()))
                                        .filter(ticket -> !known.contains(ticket))
                                        .findFirst()
                                        .orElse("");
                            }
                        },
                        ticket -> !ticket.isEmpty());
    }

    @Test
    void ofTwoRunsOfOneSubjectTheRescuedOneRaisesAtHoldAndWritesNothing() throws Exception {
        Files.copy(Path.of("../../examples/owl/core/database.py"), file("client.py"));
        system.script("sovereign.py", SOVEREIGN);
        system.execute("CREATE TABLE effects (subject text, ticket text)");
        system.register(
                "sovereign",
                "work_query",
                "SELECT '7' WHERE NOT EXISTS (SELECT FROM effects)",
                "script_path",
                "sovereign.py",
                "database_access",
                "true");
        Child first = system.child("start");
        String rescued = ticketThatRuns(List.of());
        List<ProcessHandle> frozen = first.freeze();
        try {
            Child second = system.childOn("second", "start");
            String rescuer = ticketThatRuns(List.of(rescued));

            Files.createFile(file("go-" + rescued));
            WholeSystem.await("the rescued run to notice").until(() -> Files.exists(file("lost-" + rescued)));
            Files.createFile(file("go-" + rescuer));

            WholeSystem.await("the rescuer's success").until(() -> system.tickets("sovereign", "completed") == 1);
            assertThat(Files.readString(file("lost-" + rescued)))
                    .contains("ticket " + rescued + " with fence", "no longer held");
            assertThat(system.column("SELECT ticket FROM effects")).containsExactly(rescuer);
            second.close();
        } finally {
            Child.thaw(frozen);
        }
    }
}
