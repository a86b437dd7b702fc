package org.turing.runtime.app.inspection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.TaskType;

/** Whether a task type's script needs psycopg2 where Python has none. */
public final class DatabaseDriver {

    private static final Pattern IMPORTS = Pattern.compile("^\\s*(import|from)\\s+psycopg2\\b", Pattern.MULTILINE);
    private static final Pattern TAKES_CONNECTION = Pattern.compile("\\bdb_conn\\b");
    private static final String FIX =
            " Fix: install it for that Python (pip install psycopg2-binary), or name one that has it in"
                    + " turing.scripts.python";

    private DatabaseDriver() {}

    /**
     * What is wrong with a task type whose script runs on a Python without psycopg2.
     *
     * @param found the task type, as it was looked at
     * @param folder the scripts folder
     * @return a finding of that thing: wrong if the script imports psycopg2, a warning if it may use {@code db_conn}
     */
    public static Optional<Finding> missed(String thing, TaskTypeInspection found, Path folder) {
        TaskType taskType = found.taskType();
        if (found.executionType() != ExecutionType.THICK || Boolean.FALSE.equals(taskType.databaseAccess())) {
            return Optional.empty();
        }
        String text;
        try {
            text = Files.readString(folder.resolve(taskType.scriptPath()));
        } catch (IOException unreadable) {
            return Optional.of(Finding.warning(thing, "its script can't be read: " + unreadable.getMessage()));
        }
        if (IMPORTS.matcher(text).find()) {
            return Optional.of(Finding.wrong(thing, "its script imports psycopg2, which Python has not." + FIX));
        }
        return TAKES_CONNECTION.matcher(text).find()
                ? Optional.of(Finding.warning(
                        thing,
                        "its script takes db_conn, which needs psycopg2 once it is used; Python has none." + FIX))
                : Optional.empty();
    }
}
