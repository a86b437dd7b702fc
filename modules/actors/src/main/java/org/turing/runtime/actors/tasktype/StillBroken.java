package org.turing.runtime.actors.tasktype;

/** A probe found what is open out of order still, before anything was claimed for it. */
final class StillBroken extends Exception {

    private static final long serialVersionUID = 1L;

    StillBroken(String reason) {
        super(reason);
    }
}
