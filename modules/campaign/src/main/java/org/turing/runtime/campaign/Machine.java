package org.turing.runtime.campaign;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What this machine lets the campaign do. */
final class Machine {

    /** Not built yet on a stage; see {@link Striker}. */
    private static final Set<FaultKind> UNPREPARED =
            EnumSet.of(FaultKind.FILL_DATABASE, FaultKind.FILL_DATA_FOLDER, FaultKind.JUMP_CLOCK);

    private Machine() {}

    /** Every kind of fault that can be had here. */
    static List<FaultKind> kinds() {
        return Arrays.stream(FaultKind.values())
                .filter(kind -> !UNPREPARED.contains(kind))
                .toList();
    }
}
