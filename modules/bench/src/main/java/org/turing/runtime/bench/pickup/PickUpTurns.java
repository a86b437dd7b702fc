package org.turing.runtime.bench.pickup;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.turing.runtime.bench.Waiting;

/**
 * Lets pickers take turns, a row each, in another order every time, so that what the machine does besides hits all of
 * them alike and none always comes after the same one.
 */
final class PickUpTurns {

    private final List<Picker> pickers;
    private final Duration longestPause;

    /** @param longestPause after each row; pauses are random */
    PickUpTurns(List<Picker> pickers, Duration longestPause) {
        this.pickers = new ArrayList<>(pickers);
        this.longestPause = longestPause;
    }

    void take(int rows) throws IOException, SQLException, InterruptedException {
        Random random = new Random();
        for (int row = 0; row < rows; row++) {
            Collections.shuffle(pickers, random);
            for (Picker picker : pickers) {
                picker.pass(row);
                Waiting.pause(Duration.ofNanos(ThreadLocalRandom.current().nextLong(longestPause.toNanos())));
            }
        }
    }
}
