package org.turing.runtime.campaign;

import java.util.Locale;

/** Every fault that the campaign knows. A kind that can't be had on this machine is left out, and said. */
enum FaultKind {
    /** SIGKILL of a runtime, at work or while it starts. */
    KILL("SIGKILL of a runtime"),
    /** SIGKILL of the node that speaks for the cluster: the registry lives there, and its share of the task types. */
    KILL_SPEAKER("SIGKILL of the node that speaks"),
    /** SIGTERM of a runtime: it drains and leaves. */
    TERMINATE("SIGTERM of a runtime"),
    /** SIGSTOP of a runtime for longer than its lease, then SIGCONT: a late writer. */
    FREEZE("SIGSTOP beyond the lease, SIGCONT"),
    /** SIGKILL of one child of a runtime. */
    KILL_SCRIPT("SIGKILL of a script"),
    /** SIGKILL of a runtime's supervisor program, the parent of all its scripts. */
    KILL_SUPERVISOR("SIGKILL of a supervisor program"),
    /** Fast stop and start of PostgreSQL. */
    RESTART_DATABASE("fast restart of PostgreSQL"),
    /** Immediate stop of PostgreSQL, then a start with recovery. */
    CRASH_DATABASE("immediate stop of PostgreSQL"),
    /** pg_terminate_backend on every session but the campaign's. */
    TERMINATE_BACKENDS("every backend terminated"),
    /** Connections through the proxy carry nothing for a while, and nobody is told. */
    HALF_OPEN("half-open connections"),
    /** Two sessions that wait for each other in the user's tables. */
    DEADLOCK("a deadlock"),
    /** A script that takes memory until there is none for it. */
    EXHAUST_MEMORY("a script out of memory"),
    /** No space left where PostgreSQL keeps the database of the round. */
    FILL_DATABASE("a full disk for the database"),
    /** No space left in the data folder of a runtime. */
    FILL_DATA_FOLDER("a full disk for a data folder"),
    /** The clock of a runtime and its scripts jumps while they run, and jumps back. */
    JUMP_CLOCK("a clock jump of a node"),
    /** Nothing passes between a node and the others; one time in three nothing reaches the database either. */
    CUT_LINKS("a node cut off from the others");

    private final String words;

    FaultKind(String words) {
        this.words = words;
    }

    /** Whether it is a SIGKILL of a runtime. */
    boolean kills() {
        return this == KILL || this == KILL_SPEAKER;
    }

    /** Whether only the nodes of a cluster can be struck by it. */
    boolean needsCluster() {
        return this == KILL_SPEAKER || this == CUT_LINKS;
    }

    /** For people. */
    String words() {
        return words;
    }

    /** As the command line names it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
