package org.turing.runtime.domain.gate;

import java.util.List;

/**
 * What one host offers of a model.
 *
 * @param runtime the runtime on that host, by its id: a new one after every start and every lapse of its lease
 * @param host the host's name
 * @param slots how many leases at a time; 0: none any more, while those that are out go on for their quantum
 * @param loaded whether the model is in the host's memory now, so that work there begins without a load
 * @param gpus the host's cards by name, in the order in which it names them; empty: not told
 */
public record Offer(long runtime, String host, int slots, boolean loaded, List<String> gpus) {
    public Offer {
        gpus = List.copyOf(gpus);
        if (slots < 0) {
            throw new IllegalArgumentException("host " + host + " offers " + slots
                    + " slots; it needs slots >= 0: correct the model's row in models");
        }
    }
}
