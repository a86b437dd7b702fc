package org.turing.runtime.scripts;

import java.nio.charset.StandardCharsets;

/** Text that every floor above can keep. */
final class Text {
    private Text() {}

    static String decode(byte[] utf8) {
        return clean(new String(utf8, StandardCharsets.UTF_8));
    }

    /** PostgreSQL's text has no NUL and no half of a surrogate pair. */
    static String clean(String text) {
        StringBuilder changed = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (pair) {
                i++;
            } else if (c == 0 || Character.isSurrogate(c)) {
                changed = changed == null ? new StringBuilder(text) : changed;
                changed.setCharAt(i, '\uFFFD');
            }
        }
        return changed == null ? text : changed.toString();
    }
}
