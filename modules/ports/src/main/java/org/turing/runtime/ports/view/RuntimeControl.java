package org.turing.runtime.ports.view;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What may be asked of a running runtime: the way in for the HTTP API, JMX and the command line. Never blocks. */
public interface RuntimeControl {

    /** Where everything stands; counts every inbox, so it asks the database. */
    CompletionStage<RuntimeStatus> status();

    /** The same without asking the database: inboxes as they were last counted. For those who look all the time. */
    CompletionStage<RuntimeStatus> glance();

    /** How this node is; asks neither the database nor another node. */
    CompletionStage<NodeHealth> health();

    /** Ends this node: claims nothing more, finishes what runs (or, with {@code now}, ends it), leaves. */
    void stop(boolean now);

    /**
     * Ends all nodes of the cluster: nothing more is claimed anywhere, then one after the other finishes what runs (or,
     * with {@code now}, ends it) and leaves, this one last. Answered once that has begun.
     */
    CompletionStage<Answer> stopAll(boolean now);

    /**
     * Lets a node finish what runs and take nothing more, while it stays in the cluster; until that is undone or its
     * process ends. Fails with {@link UnknownName} where there is no such node.
     *
     * @param node its name, or its address as {@code host:port}
     * @param undo lets it take work again
     */
    CompletionStage<Answer> drain(String node, boolean undo);

    /** Stops a part from starting work; what runs goes on. */
    CompletionStage<Answer> pause(Target target);

    /** Undoes {@link #pause}. */
    CompletionStage<Answer> resume(Target target);

    /** Lets a task type look at its inbox now. */
    CompletionStage<Answer> pollNow(String taskType);

    /** Ends a ticket with its process group, on whichever node it runs; it uses up no attempt and is set aside. */
    CompletionStage<Answer> cancel(long ticketId);

    /**
     * Runs one subject by hand, whether or not it is in the inbox.
     *
     * @param taskType name or id
     * @param subjectId the subject
     */
    CompletionStage<RunReport> run(String taskType, String subjectId);

    /** What to pause or resume. */
    sealed interface Target {

        /** What it is, for people. */
        String inWords();

        /** Everything. */
        record All() implements Target {
            @Override
            public String inWords() {
                return "all task types";
            }
        }

        /** One task type, by name or id. */
        record OneTaskType(String taskType) implements Target {
            @Override
            public String inWords() {
                return "task type '" + taskType + "'";
            }
        }

        /** One model's gate. */
        record OneModel(String model) implements Target {
            @Override
            public String inWords() {
                return "the gate of model '" + model + "'";
            }
        }
    }

    /**
     * @param done whether it was done
     * @param message what was done, or why not
     */
    record Answer(boolean done, String message) {}

    /**
     * @param done whether the script ran and its ticket completed
     * @param ticketId the ticket, or null if none was made
     * @param status the ticket's status, or null
     * @param output the script's output as JSON, or null
     * @param error what went wrong, or null
     * @param stdout what it printed
     * @param stderr what it printed on standard error
     */
    record RunReport(
            boolean done,
            @Nullable Long ticketId,
            @Nullable String status,
            @Nullable String output,
            @Nullable String error,
            String stdout,
            String stderr) {

        /** Nothing was run, or nothing is known of it, for that reason. */
        public static RunReport notRun(String why) {
            return new RunReport(false, null, null, null, why, "", "");
        }
    }
}
