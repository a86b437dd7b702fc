package org.turing.runtime.monitoring.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.monitoring.Samples;

class RuntimeMetricsTest {

    private static final Pattern SAMPLE =
            Pattern.compile("([a-z0-9_]+)(\\{([a-z_]+=\"(\\\\.|[^\"\\\\])*\",?)*})? (NaN|[+-]?[0-9.E+-]+|[+-]Inf)");

    private final RuntimeMetrics metrics = new RuntimeMetrics();

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void aStatusIsShownUnderTheDocumentedNames() {
        assertThat(metrics.scrape(Samples.running()).lines().toList())
                .contains(
                        "turing_up 1.0",
                        "turing_runtime_info{host=\"laptop\",pid=\"4711\",runtime_id=\"42\",version=\"1.2.3\"} 1.0",
                        "turing_runtime_state{state=\"running\"} 1.0",
                        "turing_database_up 1.0",
                        "turing_unwritten_outcomes 3.0",
                        "turing_unwritten_bytes 4096.0",
                        "turing_unwritten_oldest_seconds 2.5",
                        "turing_warnings 1.0",
                        "turing_tickets_total{outcome=\"completed\",task_type=\"clara_a\"} 1000.0",
                        "turing_tickets_total{outcome=\"skipped\",task_type=\"clara_a\"} 11.0",
                        "turing_tickets_total{outcome=\"failed\",task_type=\"clara_a\"} 12.0",
                        "turing_tickets_total{outcome=\"dead\",task_type=\"clara_a\"} 13.0",
                        "turing_tickets_total{outcome=\"overtaken\",task_type=\"clara_a\"} 14.0",
                        "turing_inbox{task_type=\"clara_a\"} 120.0",
                        "turing_inbox_is_more{task_type=\"clara_a\"} 1.0",
                        "turing_in_flight{task_type=\"clara_a\"} 4.0",
                        "turing_running{task_type=\"clara_a\"} 2.0",
                        "turing_waiting_subjects{task_type=\"clara_a\",why=\"backing_off\"} 15.0",
                        "turing_waiting_subjects{task_type=\"clara_a\",why=\"stayed\"} 16.0",
                        "turing_waiting_subjects{task_type=\"clara_a\",why=\"set_aside\"} 17.0",
                        "turing_waiting_subjects{task_type=\"clara_a\",why=\"dead\"} 18.0",
                        "turing_task_type_state{model=\"mistral-nemo:12b\",pipeline=\"owl\",state=\"working\","
                                + "task_type=\"clara_a\"} 1.0",
                        "turing_task_type_warnings{task_type=\"clara_a\"} 1.0",
                        "turing_tickets_per_minute{task_type=\"clara_a\"} 2.5",
                        "turing_run_timeout_seconds{task_type=\"clara_a\"} 460.0",
                        "turing_run_duration_seconds{quantile=\"0.5\",task_type=\"clara_a\"} 12.0",
                        "turing_run_duration_seconds{quantile=\"0.99\",task_type=\"clara_a\"} 230.0",
                        "turing_run_duration_max_seconds{task_type=\"clara_a\"} 414.0",
                        "turing_pick_up_seconds{quantile=\"0.5\",task_type=\"clara_a\"} 0.0015",
                        "turing_pick_up_max_seconds{task_type=\"clara_a\"} 0.045",
                        "turing_gate_slots{model=\"mistral-nemo:12b\"} 2.0",
                        "turing_gate_slots_quarantined{model=\"mistral-nemo:12b\"} 0.0",
                        "turing_gate_idle_alarm{model=\"mistral-nemo:12b\"} 0.0",
                        "turing_gate_slots_held{model=\"mistral-nemo:12b\"} 1.0",
                        "turing_gate_state{model=\"mistral-nemo:12b\",state=\"open\"} 1.0",
                        "turing_breaker_failed_probes{kind=\"model\",name=\"gemma2\"} 4.0",
                        "turing_gate_waiting{model=\"mistral-nemo:12b\"} 2.0",
                        "turing_gate_waiting_longest_seconds{model=\"mistral-nemo:12b\"} 0.4",
                        "turing_gate_granted_total{model=\"mistral-nemo:12b\"} 99.0",
                        "turing_gate_busy_seconds_total{model=\"mistral-nemo:12b\"} 1234.5")
                .anyMatch(line -> line.startsWith("turing_runtime_start_time_seconds 1.767323045678E9"));
    }

    @Test
    void whatIsNotKnownIsLeftOut() {
        String page = metrics.scrape(Samples.running());

        assertThat(page)
                .doesNotContain("turing_inbox{task_type=\"lucy\"}")
                .doesNotContain("turing_tickets_per_minute{task_type=\"lucy\"}")
                .doesNotContain("turing_run_duration_seconds{quantile=\"0.5\",task_type=\"lucy\"}")
                .contains("turing_in_flight{task_type=\"lucy\"} 4.0");
    }

    @Test
    void aDatabaseThatCantServeShows() {
        assertThat(metrics.scrape(Samples.status("running", "connection refused", List.of(), List.of())))
                .contains("turing_database_up 0.0");
    }

    @Test
    void aTaskTypeThatIsGoneLeavesThePage() {
        metrics.scrape(Samples.running());

        assertThat(metrics.scrape(Samples.status("running", null, List.of(Samples.claraA()), List.of())))
                .contains("task_type=\"clara_a\"")
                .doesNotContain("lucy")
                .doesNotContain("turing_gate_slots{");
    }

    @Test
    void aRuntimeThatDoesNotAnswerShowsNothingButTheJvm() {
        assertThat(metrics.scrape(null))
                .contains("turing_up 0.0")
                .contains("jvm_memory_used_bytes")
                .doesNotContain("turing_in_flight");
    }

    @Test
    void theJvmIsThere() {
        assertThat(metrics.scrape(Samples.running()))
                .contains("jvm_memory_used_bytes{")
                .contains("jvm_threads_live_threads ")
                .contains("process_cpu_usage ")
                .contains("process_uptime_seconds ");
    }

    @Test
    void everyLineIsASampleOrAComment() {
        List<String> samples = metrics.scrape(Samples.running())
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();

        assertThat(samples).hasSizeGreaterThan(60).allSatisfy(line -> {
            Matcher sample = SAMPLE.matcher(line);
            assertThat(sample.matches()).as(line).isTrue();
        });
    }
}
