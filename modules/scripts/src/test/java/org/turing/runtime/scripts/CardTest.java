package org.turing.runtime.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.ExecutionType;

/** What scripts are told of the card on which their slot is counted. */
class CardTest extends StagedTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String SCRIPT = """
            import json, os, sys

            def told(ticket):
                return {"gpu": ticket["gpu"], "variable": os.environ.get("TURING_GPU"), "pid": os.getpid()}

            if __name__ == "__main__":
                for line in sys.stdin:
                    print(json.dumps({"output": told(json.loads(line))}), flush=True)
            """;

    private static final String ACTOR = """
            from told import told

            class Owl:
                def process(self):
                    return {"output": told(self.input_data)}
            """;

    private JsonNode told(ExecutionType type, String gpu) throws Exception {
        stage.script("told.py", SCRIPT);
        stage.script("owl.py", ACTOR);
        String script = type == ExecutionType.THICK ? "owl.py" : "told.py";
        Claim claim = Stage.claim("1");
        return JSON.readTree(Stage.success(stage.start(Stage.taskType(script, type), List.of(claim), gpu)
                        .result(claim))
                .output());
    }

    @ParameterizedTest
    @EnumSource(names = {"SCRIPT", "BULK"})
    void aProcessOfOneLaneFindsTheCardInItsInputAndItsEnvironment(ExecutionType type) throws Exception {
        JsonNode told = told(type, "card-1");

        assertThat(told.path("gpu").asText()).isEqualTo("card-1");
        assertThat(told.path("variable").asText()).isEqualTo("card-1");
        JsonNode without = told(type, null);
        assertThat(without.path("gpu").isNull()).isTrue();
        assertThat(without.path("variable").isNull()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"WORKER", "THICK"})
    void aWarmWorkerIsToldTheCardOfEachSubject(ExecutionType type) throws Exception {
        JsonNode first = told(type, "card-1");
        JsonNode second = told(type, "card-2");

        assertThat(first.path("gpu").asText()).isEqualTo("card-1");
        assertThat(second.path("gpu").asText()).isEqualTo("card-2");
        assertThat(second.path("pid")).isEqualTo(first.path("pid"));
        assertThat(second.path("variable").isNull()).isTrue();
    }
}
