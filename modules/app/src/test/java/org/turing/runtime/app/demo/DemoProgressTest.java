package org.turing.runtime.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.turing.runtime.app.demo.OwlReport.TaskTypeFigures;
import org.turing.runtime.ports.view.TaskTypeStatus;
import org.turing.runtime.ports.view.TaskTypeStatus.Percentiles;
import org.turing.runtime.ports.view.Whereabouts;

class DemoProgressTest {

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final DemoProgress progress =
            new DemoProgress(false, new PrintStream(written, true, StandardCharsets.UTF_8), now::get);

    @Test
    void whatWaitsUpstreamMayStillComeDownstream() {
        List<DemoProgress.Step> steps = DemoProgress.steps(List.of(
                status("lucy", 100, 20, 5),
                status("alma", 60, 30, 10),
                status("clara_a", 20, 4, 1),
                status("clara_b", 10, 14, 1),
                status("commit", 9, 1, 0)));
        assertThat(steps)
                .containsExactly(
                        new DemoProgress.Step("lucy", 100, 125),
                        new DemoProgress.Step("alma", 60, 125),
                        new DemoProgress.Step("clara_a", 20, 90),
                        new DemoProgress.Step("clara_b", 10, 90),
                        new DemoProgress.Step("commit", 9, 90));
    }

    @Test
    void noTaskTypeExpectsMoreThanAllTerms() {
        assertThat(DemoProgress.steps(List.of(status("lucy", 500, 4_144, 500))))
                .containsExactly(new DemoProgress.Step("lucy", 500, 4_144));
    }

    @Test
    void withoutATerminalALineIsWrittenEveryThreeSecondsAndOneAtTheEnd() {
        try (DemoProgress.Display display = progress.display("The pipeline", List.of("lucy", "alma"))) {
            for (int tenths = 0; tenths <= 70; tenths++) {
                now.set(Instant.EPOCH.plusMillis(100L * tenths));
                display.progress(List.of(status("lucy", 100 * tenths, 0, 0)));
            }
        }
        assertThat(lines())
                .containsExactly(
                        "The pipeline: lucy, alma",
                        "The pipeline, 3 s: lucy 3,000/3,000",
                        "The pipeline, 6 s: lucy 6,000/6,000",
                        "The pipeline, 7 s: lucy 7,000/7,000");
    }

    @Test
    void aRunOverInAMomentStillSaysWhatItDid() {
        try (DemoProgress.Display display = progress.display("One after the other", List.of("carl"))) {
            display.progress(List.of(status("carl", 7, 0, 0)));
        }
        assertThat(lines()).containsExactly("One after the other: carl", "One after the other, 0 s: carl 7/7");
    }

    @Test
    void theTicketsHaveTheLastWordSinceTheLastLookComesBeforeTheEnd() {
        try (DemoProgress.Display display = progress.display("The pipeline", List.of("lucy", "arbitrator"))) {
            display.progress(List.of(status("lucy", 4_080, 64, 0)));
            display.finished(List.of(figures("alma", 7), figures("lucy", 4_144)));
        }
        assertThat(lines())
                .containsExactly(
                        "The pipeline: lucy, arbitrator", "The pipeline, 0 s: lucy 4,144/4,144  arbitrator 0/0");
    }

    private List<String> lines() {
        return written.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static TaskTypeFigures figures(String name, long completed) {
        return new TaskTypeFigures(name, 1, "thick", null, completed, 0, 0, 0, 0, 0);
    }

    private static TaskTypeStatus status(String name, long completed, long inbox, int inFlight) {
        return new TaskTypeStatus(
                1,
                name,
                "owl",
                null,
                "working",
                null,
                inbox,
                false,
                inFlight,
                0,
                completed,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                Percentiles.NONE,
                Percentiles.NONE,
                0,
                null,
                List.of(),
                Whereabouts.UNKNOWN);
    }
}
