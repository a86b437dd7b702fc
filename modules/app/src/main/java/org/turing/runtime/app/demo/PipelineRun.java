package org.turing.runtime.app.demo;

import java.util.List;
import org.turing.runtime.ports.view.TaskTypeStatus;

/** Runs task types to the end; how, the demo need not know. */
public interface PipelineRun {

    /**
     * Runs these task types, and no others, until none of them has anything left to do, retries included.
     *
     * @param taskTypes names of task types
     * @param listener hears how far they are
     * @throws Exception if they can't be run to the end; the message names the cause and the next step
     */
    void untilNothingIsLeft(List<String> taskTypes, Listener listener) throws Exception;

    /** Hears how far task types are, about four times a second. */
    interface Listener {
        /** @param taskTypes those that run, with the counts of this run alone */
        void progress(List<TaskTypeStatus> taskTypes);
    }
}
