package org.turing.runtime.actors.upkeep;

import org.jspecify.annotations.Nullable;
import org.turing.runtime.ports.Notifications.Notice;

/** Whether notifications are heard now. Safe for use by many threads. */
public final class Hearing {

    private volatile @Nullable String problem;

    void noticed(Notice notice) {
        problem = notice instanceof Notice.Deaf deaf ? deaf.reason() : null;
    }

    /** Why nothing is heard, for people; null if notifications are heard, or nothing is known yet. */
    public @Nullable String problem() {
        String reason = problem;
        return reason == null ? null : told(reason);
    }

    static String told(String reason) {
        return "notifications are lost, polling goes on: " + reason;
    }
}
