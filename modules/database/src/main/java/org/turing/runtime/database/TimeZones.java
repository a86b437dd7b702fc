package org.turing.runtime.database;

/** Types whose text differs from one session's time zone to another's: as an id one subject would be several. */
final class TimeZones {

    /** What is wrong with such an id, and what to do about it; begins in the middle of a sentence. */
    static final String WHY =
            "whose text differs from one time zone to another, and runtimes would take one subject for"
                    + " two; give it the same text everywhere, such as CAST(… AT TIME ZONE 'UTC' AS text), or another id";

    private TimeZones() {}

    /**
     * @param type as PostgreSQL's catalogue or {@code format_type} names it: timestamptz, its ranges, arrays of them
     */
    static boolean matterTo(String type) {
        return type.contains("timestamptz") || type.contains("tstz") || type.contains("timestamp with time zone");
    }
}
