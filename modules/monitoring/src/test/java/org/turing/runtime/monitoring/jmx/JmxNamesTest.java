package org.turing.runtime.monitoring.jmx;

import static org.assertj.core.api.Assertions.assertThat;

import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JmxNamesTest {

    @Test
    void plainNamesStandAsTheyAre() {
        assertThat(JmxNames.runtime()).hasToString("org.turing.runtime:type=Runtime");
        assertThat(JmxNames.taskType("clara_a")).hasToString("org.turing.runtime:type=TaskType,name=clara_a");
        assertThat(JmxNames.modelGate("gemma2")).hasToString("org.turing.runtime:type=ModelGate,name=gemma2");
    }

    @Test
    void aColonIsQuoted() {
        assertThat(JmxNames.modelGate("mistral-nemo:12b"))
                .hasToString("org.turing.runtime:type=ModelGate,name=\"mistral-nemo:12b\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a,b", "a=b", "a:b", "\"a\"", "a*", "a?", "a\nb", "a\\b", "a\\,b", "a b", "\u00e4"})
    void everyNameComesBack(String name) {
        String value = JmxNames.taskType(name).getKeyProperty("name");

        assertThat(value.startsWith("\"") ? ObjectName.unquote(value) : value).isEqualTo(name);
        assertThat(JmxNames.taskType(name).isPattern()).isFalse();
    }
}
