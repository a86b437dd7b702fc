package org.turing.runtime.domain;

/** What a script needs around it, whoever its subject is. */
public enum Environment {
    /** The script itself: its file, its interpreter, its imports. */
    SCRIPT,
    /** The server of its model. */
    MODEL,
    /** The database, and what the script expects to find there: functions, tables, rights. */
    DATABASE,
    /** Something else that this task type's script needs. */
    OTHER
}
