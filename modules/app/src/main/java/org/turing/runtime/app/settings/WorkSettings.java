package org.turing.runtime.app.settings;

import java.time.Duration;
import org.turing.runtime.database.Guards;

/**
 * The pace of work ({@code turing.work}).
 *
 * @param pollShortest shortest pause between two looks into an idle inbox
 * @param pollLongest longest such pause; not shorter
 * @param quantum how long a slot is kept while others wait for it
 * @param drainTimeout how long a stop waits for the scripts that run
 * @param idleAlarm how long a gate may idle while work waits before that is an alarm
 * @param guards when a subject is set aside instead of being claimed once more
 */
public record WorkSettings(
        Duration pollShortest,
        Duration pollLongest,
        Duration quantum,
        Duration drainTimeout,
        Duration idleAlarm,
        Guards guards) {}
