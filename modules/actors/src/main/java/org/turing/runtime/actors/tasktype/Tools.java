package org.turing.runtime.actors.tasktype;

/** What every part of a task-type actor works with. */
record Tools(Surroundings around, Duty duty, Errands errands, PortCalls calls, Barrier barrier, RunLimit limit) {}
