package org.turing.runtime.actors.cluster;

/** The others could not reach this node, and have gone on without it. It may come back as a new one. */
public final class Removed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Removed() {
        super(
                "this node could not reach its cluster, or stood still for too long, and the others have gone on without it;"
                        + " what it ran was ended, and runs again elsewhere");
    }
}
