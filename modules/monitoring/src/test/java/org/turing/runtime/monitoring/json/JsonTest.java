package org.turing.runtime.monitoring.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.monitoring.Samples;
import org.turing.runtime.monitoring.json.Json.UnreadableJson;
import org.turing.runtime.ports.view.RuntimeControl.Answer;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;
import org.turing.runtime.ports.view.RuntimeControl.Target;
import org.turing.runtime.ports.view.RuntimeStatus;

class JsonTest {

    @Test
    void aStatusComesBackAsItWas() throws Exception {
        RuntimeStatus status = Samples.running();

        assertThat(Json.read(Json.write(status), RuntimeStatus.class)).isEqualTo(status);
        assertThat(Json.read(Json.writeIndented(status), RuntimeStatus.class)).isEqualTo(status);
    }

    @Test
    void namesAreInSnakeCaseAndTimesAreIso() {
        assertThat(Json.write(Samples.running()))
                .contains("\"started_at\":\"2026-01-02T03:04:05.678Z\"")
                .contains("\"runtime_id\":42")
                .contains("\"in_flight\":4")
                .contains("\"inbox_is_more\":true")
                .contains("\"where\":{\"node\":\"gpu-1\",\"hosts\":{\"gpu-2\":2}}")
                .contains("\"duration_millis\":{\"count\":7,\"p50\":12000.0,\"p99\":230000.0,\"max\":414000.0}")
                .doesNotContain("\n");
    }

    @Test
    void constantsAreInLowerCaseAsInSql() {
        assertThat(Json.write(List.of(TicketStatus.FAILED))).isEqualTo("[\"failed\"]");
    }

    @Test
    void whatIsNotKnownIsNullAndShown() {
        assertThat(Json.write(Samples.running())).contains("\"database_problem\":null");
    }

    @Test
    void aNumberThatIsNotFiniteIsNullAndComesBackAsNan() throws Exception {
        String json = Json.write(Samples.status("running", null, List.of(Samples.lucy()), List.of()));

        assertThat(json).contains("\"per_minute\":null");
        assertThat(Json.read(json, RuntimeStatus.class).taskTypes().get(0).perMinute())
                .isNaN();
    }

    @Test
    void aRunReportComesBackWithAndWithoutATicket() throws Exception {
        RunReport done = new RunReport(true, 71L, "completed", "{\"a\":1}", null, "out", "err \"quoted\" \u00e4");
        RunReport refused = new RunReport(false, null, null, null, "no such task type", "", "");

        assertThat(Json.read(Json.write(done), RunReport.class)).isEqualTo(done);
        assertThat(Json.read(Json.write(refused), RunReport.class)).isEqualTo(refused);
    }

    @Test
    void aReplyOfANewerRuntimeIsUnderstood() throws Exception {
        assertThat(Json.read("{\"done\":true,\"message\":\"m\",\"mood\":\"good\"}", Answer.class))
                .isEqualTo(new Answer(true, "m"));
    }

    @Test
    void listsThatAreMissingInAReplyAreEmpty() throws Exception {
        RuntimeStatus status = Json.read("{\"state\":\"running\"}", RuntimeStatus.class);

        assertThat(status.taskTypes()).isEmpty();
        assertThat(status.gates()).isEmpty();
        assertThat(status.warnings()).isEmpty();
    }

    @Test
    void everyTargetComesBackFromItsRequest() throws Exception {
        for (Target target :
                List.of(new Target.All(), new Target.OneTaskType("lucy"), new Target.OneModel("mistral-nemo:12b"))) {
            String json = Json.write(Requests.Part.of(target));

            assertThat(Json.readRequest(json, Requests.Part.class).target()).isEqualTo(target);
        }
    }

    @Test
    void aRequestThatNamesNothingOrTwoPartsHasNoTarget() throws Exception {
        for (String json : List.of("{}", "{\"all\":false}", "{\"all\":true,\"model\":\"m\"}", "")) {
            assertThat(Json.readRequest(json, Requests.Part.class).target())
                    .as(json)
                    .isNull();
        }
    }

    @Test
    void idsMayBeWrittenAsNumbers() throws Exception {
        assertThat(Json.readRequest("{\"task_type\":9389,\"subject_id\":1234}", Requests.Run.class))
                .isEqualTo(new Requests.Run("9389", "1234"));
    }

    @Test
    void anUnknownFieldOfARequestIsNamedWithTheKnownOnes() {
        assertRefused(
                "{\"tasktype\":\"lucy\"}", Requests.Run.class, "unknown field 'tasktype'", "subject_id, task_type");
    }

    @Test
    void aMistypedFieldOfARequestIsNamed() {
        assertRefused("{\"now\":\"yes\"}", Requests.Stop.class, "field 'now' is not true or false");
        assertRefused("{\"now\":1}", Requests.Stop.class, "field 'now' is not true or false");
        assertRefused("{\"ticket_id\":\"71\"}", Requests.Cancel.class, "field 'ticket_id' is not a whole number");
        assertRefused("{\"ticket_id\":7.5}", Requests.Cancel.class, "field 'ticket_id' is not a whole number");
        assertRefused("{\"task_type\":true}", Requests.Poll.class, "field 'task_type' is not a text");
        assertRefused("{\"task_type\":{}}", Requests.Poll.class, "field 'task_type' is not a text");
    }

    @Test
    void aRequestThatIsNoJsonObjectIsRefused() {
        assertRefused("[1]", Requests.Stop.class, "not a JSON object");
        assertRefused("7", Requests.Stop.class, "not a JSON object");
        assertRefused("null", Requests.Stop.class, "null, not a JSON object");
        assertRefused("now=true", Requests.Stop.class, "line 1, column");
        assertRefused("{\"now\":true", Requests.Stop.class, "line 1, column");
        assertRefused("{\"now\":true,\"now\":false}", Requests.Stop.class, "Duplicate field 'now'");
        assertRefused("{\"now\":true} x", Requests.Stop.class, "line 1, column");
    }

    @Test
    void anIdThatDoesNotFitIsRefused() {
        assertRefused("{\"ticket_id\":99999999999999999999}", Requests.Cancel.class, "out of range");
    }

    private static void assertRefused(String json, Class<?> shape, String... message) {
        assertThatThrownBy(() -> Json.readRequest(json, shape))
                .as(json)
                .isInstanceOf(UnreadableJson.class)
                .message()
                .contains(message);
    }
}
