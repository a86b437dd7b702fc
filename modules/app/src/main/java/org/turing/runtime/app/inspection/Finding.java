package org.turing.runtime.app.inspection;

/**
 * One thing that was looked at.
 *
 * @param thing what it is: {@code scripts folder}, {@code python}, {@code database}, {@code pooler}, {@code work_query
 *     login}, {@code registry}, {@code scripts} or {@code task type NAME}
 * @param verdict how it stands
 * @param message what was seen, or what is wrong and what to do about it
 */
public record Finding(String thing, Verdict verdict, String message) {

    /** How a thing stands. */
    public enum Verdict {
        /** As it should be. */
        GOOD,
        /** It works, and someone should look at it. */
        WARNING,
        /** It can't work as it is. */
        WRONG
    }

    /** A finding of that verdict. */
    public static Finding good(String thing, String message) {
        return new Finding(thing, Verdict.GOOD, message);
    }

    /** A finding of that verdict. */
    public static Finding warning(String thing, String message) {
        return new Finding(thing, Verdict.WARNING, message);
    }

    /** A finding of that verdict. */
    public static Finding wrong(String thing, String message) {
        return new Finding(thing, Verdict.WRONG, message);
    }
}
