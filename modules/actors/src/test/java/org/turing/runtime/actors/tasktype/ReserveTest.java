package org.turing.runtime.actors.tasktype;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.Steps;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.Subject;

class ReserveTest {

    private final Reserve reserve = new Reserve();
    private final Intake.Look first = new Intake.Look(Steps.step(1, "a", null, "one", "done"), 1, 0, false);
    private final Intake.Look second = new Intake.Look(Steps.step(1, "a", null, "one", "done"), 2, 0, false);

    @Test
    void candidatesAreTakenInOrderEachWithTheSnapshotOfTheLookThatFoundThem() {
        reserve.keep(first, "1:1:", candidates("1", "2", "3"), Set.of(), 0);
        reserve.keep(second, "2:2:", candidates("4"), Set.of(), 0);
        assertThat(reserve.size()).isEqualTo(4);
        assertThat(taken(2)).isEqualTo(new Reserve.Some(first, "1:1:", candidates("1", "2")));
        assertThat(taken(9)).isEqualTo(new Reserve.Some(first, "1:1:", candidates("3")));
        assertThat(taken(9)).isEqualTo(new Reserve.Some(second, "2:2:", candidates("4")));
        assertThat(reserve.take(1)).isNull();
        assertThat(reserve.isEmpty()).isTrue();
    }

    @Test
    void whatHasToWaitForALaterClaimIsNotPartOfTheMeasureOfThePickUp() {
        Intake.Look woken = new Intake.Look(Steps.step(1, "a", null, "one", "done"), 1, 7, false);
        reserve.keep(woken, "1:1:", candidates("1", "2"), Set.of(), 0);
        assertThat(taken(1).look()).isEqualTo(woken);
        assertThat(taken(1).look()).isEqualTo(first);
    }

    @Test
    void whatALookFindsOnceMoreIsNotThereTwice() {
        reserve.keep(first, "1:1:", candidates("1", "2"), Set.of(), 0);
        reserve.keep(second, "2:2:", candidates("0", "1", "2", "3"), Set.of("0", "1", "2"), 0);
        assertThat(reserve.ids()).containsExactlyInAnyOrder("1", "2", "3");
        reserve.keep(second, "3:3:", candidates("3"), Set.of("3"), 0);
        assertThat(reserve.size()).isEqualTo(3);
    }

    @Test
    void whatIsTooOldIsDroppedAndTheRestStays() {
        reserve.keep(first, "1:1:", candidates("1"), Set.of(), 0);
        reserve.keep(second, "2:2:", candidates("2"), Set.of(), 1);
        assertThat(reserve.dropOld(Reserve.KEEPS.toNanos())).isFalse();
        assertThat(reserve.dropOld(Reserve.KEEPS.toNanos() + 1)).isTrue();
        assertThat(reserve.ids()).containsExactly("2");
        reserve.drop();
        assertThat(reserve.isEmpty()).isTrue();
    }

    private Reserve.Some taken(int count) {
        return Objects.requireNonNull(reserve.take(count));
    }

    private static List<Candidate> candidates(String... ids) {
        return Stream.of(ids)
                .map(id -> new Candidate(new Subject("owl", id), "{}"))
                .toList();
    }
}
