package org.turing.runtime.domain.gate;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class GatePropertiesTest {

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void a_gate_keeps_its_rules_whatever_it_is_told(@ForAll("histories") List<Step> history) {
        GateRules.follow(history, GateDecisions::decide);
    }

    @Provide
    Arbitrary<List<Step>> histories() {
        return Step.histories();
    }
}
