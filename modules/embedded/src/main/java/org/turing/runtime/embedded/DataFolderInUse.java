package org.turing.runtime.embedded;

import java.nio.file.Path;
import java.util.OptionalLong;

/** Another runtime holds the data folder. */
public final class DataFolderInUse extends DataFolderFailure {
    private static final long serialVersionUID = 1L;

    /** 0 where the holder could not be told. */
    private final long pid;

    DataFolderInUse(Path folder, OptionalLong holder) {
        super(message(folder, holder), null);
        this.pid = holder.orElse(0);
    }

    /** The process that holds the folder; empty in the instant in which it has not written its pid yet. */
    public OptionalLong pid() {
        return pid == 0 ? OptionalLong.empty() : OptionalLong.of(pid);
    }

    private static String message(Path folder, OptionalLong holder) {
        String next = ", or choose another folder with --data or TURING_DATA";
        if (holder.isEmpty()) {
            return "data folder " + folder + " is in use by another process. Next: end that runtime" + next;
        }
        long pid = holder.getAsLong();
        if (pid == ProcessHandle.current().pid()) {
            return "data folder " + folder + " is in use by this very process, " + pid
                    + ". Next: close the other use of it" + next;
        }
        return "data folder " + folder + " is in use by process " + pid
                + ". Next: end that runtime (turing stop, or kill " + pid + ")" + next;
    }
}
