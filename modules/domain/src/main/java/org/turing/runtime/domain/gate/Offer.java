package org.turing.runtime.domain.gate;

/**
 * What one host offers of a model.
 *
 * @param runtime the runtime on that host, by its id: a new one after every start and every lapse of its lease
 * @param host the host's name
 * @param slots how many leases at a time; 0: none any more, while those that are out go on for their quantum
 * @param loaded whether the model is in the host's memory now, so that work there begins without a load
 */
public record Offer(long runtime, String host, int slots, boolean loaded) {
    public Offer {
        if (slots < 0) {
            throw new IllegalArgumentException("host " + host + " offers " + slots
                    + " slots; it needs slots >= 0: correct the model's row in models");
        }
    }
}
