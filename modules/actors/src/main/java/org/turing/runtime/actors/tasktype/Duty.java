package org.turing.runtime.actors.tasktype;

import org.slf4j.Logger;
import org.turing.runtime.domain.TaskType;

/** What a task-type actor is there for at the moment, and whether it may work. Owned by one task-type actor. */
final class Duty {

    private final Surroundings around;
    private final Logger log;
    private final Fitness fitness = new Fitness();
    private TaskType taskType;
    private boolean paused;
    private boolean retiring;
    private boolean hosted;

    Duty(Surroundings around, Logger log, TaskTypeActor.Orders orders) {
        this.around = around;
        this.log = log;
        this.taskType = orders.taskType();
        this.paused = orders.paused();
        this.retiring = orders.retiring();
    }

    /** The registry's row of the moment. */
    TaskType taskType() {
        return taskType;
    }

    void register(TaskType now) {
        taskType = now;
    }

    /** Whether it can work as it is registered. */
    Fitness fitness() {
        return fitness;
    }

    /** The examination found nothing wrong. */
    void found(PortCalls.Examination found) {
        mended(fitness.found(found));
    }

    /** A reading of the inbox worked. */
    void readingWorked() {
        mended(fitness.read());
    }

    private void mended(boolean wasFaulted) {
        if (wasFaulted) {
            log.info("task type '{}' is well again", taskType.name());
        }
    }

    /**
     * Something is wrong with what is registered.
     *
     * @param reading whether it showed when the inbox was read, not when it was examined
     */
    void faulted(String reason, boolean reading) {
        if (fitness.faulted(reason, reading)) {
            String why = taskType.withoutName(String.valueOf(fitness.fault()));
            log.warn("task type '{}' is faulted: {}", taskType.name(), why);
        }
    }

    boolean paused() {
        return paused;
    }

    void pause(boolean now) {
        paused = now;
    }

    boolean retiring() {
        return retiring;
    }

    void retire(boolean now) {
        retiring = now;
    }

    /** Whether any host takes work. */
    void hosted(boolean now) {
        hosted = now;
    }

    boolean needsModel() {
        return taskType.requiresModel() != null;
    }

    /** Whether it takes work by itself: it is well, wanted, and everything that it claims would stand. */
    boolean atWork() {
        return fitness.shape() != null && hosted && !paused && !retiring && claimsByItself();
    }

    /** Whether this runtime claims without being asked for each subject. */
    boolean claimsByItself() {
        return around.settings().claimsByItself();
    }
}
